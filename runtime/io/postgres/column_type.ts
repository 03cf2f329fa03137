/** Which Postgres type an Arrow column gets in a new table, and which columns of an existing one it fits into
 *  without loss. @module */
import { DataType, type Field, IntervalUnit, Precision } from "apache-arrow";
import { isJson, isUuid } from "../../table/extension.ts";
import { Oid } from "./oids.ts";

/** A column's type as Postgres knows it. */
export interface PgType {
  /** The type's number; of a domain, that of the type below. */
  readonly oid: number;
  /** As it is written in SQL. */
  readonly sql: string;
  /** Text stands for every type that takes strings in binary as they are, enums among them. */
  readonly family: "text" | "jsonb" | "array" | "plain";
  /** Of an array's elements. */
  readonly element?: PgType;
  /** Of a numeric with a precision. */
  readonly digits?: { readonly precision: number; readonly scale: number };
}

const INTEGER_ORDER: readonly number[] = [Oid.int2, Oid.int4, Oid.int8];

/** The type that a new table's column gets.
 *
 * @throws {TypeError} naming the column where Postgres has no such type. */
export function createdType(field: Field): PgType {
  const type = plainType(field);
  if (type) return type;
  const refusal = (what: string) =>
    new TypeError(`Cannot write column \`${field.name}\` to Postgres: it holds ${what}`);
  const { type: arrow } = field;
  if (DataType.isList(arrow) || DataType.isFixedSizeList(arrow)) {
    const child = arrow.children[0];
    if (!child || DataType.isList(child.type) || DataType.isFixedSizeList(child.type)) {
      throw refusal(
        "lists of lists, and an array's rows would have to be of one length; flatten it",
      );
    }
    const element = createdType(child.clone({ name: field.name }));
    return { oid: 0, sql: `${element.sql}[]`, family: "array", element };
  }
  if (DataType.isStruct(arrow) || DataType.isMap(arrow)) {
    throw refusal(`${arrow}, which Postgres lacks; write it as json or as columns of its own`);
  }
  throw refusal(`${arrow}, which Postgres lacks; cast it`);
}

function plainType(field: Field): PgType | undefined {
  const type: DataType = DataType.isDictionary(field.type) ? field.type.dictionary : field.type;
  if (isJson(field)) return { oid: Oid.jsonb, sql: "jsonb", family: "jsonb" };
  if (isUuid(field)) return plain("uuid");
  if (DataType.isBool(type)) return plain("bool", "boolean");
  if (DataType.isInt(type)) return integerType(type.bitWidth, type.isSigned);
  if (DataType.isFloat(type)) {
    return type.precision === Precision.DOUBLE
      ? plain("float8", "double precision")
      : plain("float4", "real");
  }
  if (DataType.isDecimal(type)) return numeric(type.precision, type.scale);
  if (DataType.isUtf8(type) || DataType.isLargeUtf8(type) || DataType.isNull(type)) {
    return { oid: Oid.text, sql: "text", family: "text" };
  }
  if (
    DataType.isBinary(type) || DataType.isLargeBinary(type) || DataType.isFixedSizeBinary(type)
  ) return plain("bytea");
  if (DataType.isDate(type)) return plain("date");
  if (DataType.isTime(type)) return plain("time");
  if (DataType.isTimestamp(type)) return plain(type.timezone ? "timestamptz" : "timestamp");
  if (DataType.isInterval(type) && type.unit <= IntervalUnit.MONTH_DAY_NANO) {
    return plain("interval");
  }
  return undefined;
}

function plain(name: keyof typeof Oid, sql: string = name): PgType {
  return { oid: Oid[name], sql, family: "plain" };
}

function numeric(precision: number, scale: number): PgType {
  return { ...plain("numeric", `numeric(${precision},${scale})`), digits: { precision, scale } };
}

/** Unsigned widths take the next signed one; the widest has none. */
function integerType(bits: number, isSigned: boolean): PgType {
  if (bits === 64 && !isSigned) return numeric(20, 0);
  const needed = isSigned ? bits : bits * 2;
  if (needed <= 16) return plain("int2", "smallint");
  return needed <= 32 ? plain("int4", "integer") : plain("int8", "bigint");
}

/** Whether every value of the column fits an existing column of `type` without loss. */
export function fitsInto(field: Field, type: PgType): boolean {
  const own = createdType(field);
  if (DataType.isNull(field.type)) return true;
  if (own.family === "array") {
    const child: Field | undefined = field.type.children[0];
    return child !== undefined && type.element !== undefined && fitsInto(child, type.element);
  }
  if (own.family === "text") return type.family === "text" || type.family === "jsonb";
  if (own.family === "jsonb") return type.family === "jsonb" || type.family === "text";
  if (type.oid === Oid.numeric) return fitsNumeric(field, own, type);
  if (own.oid === Oid.float4) return type.oid === Oid.float4 || type.oid === Oid.float8;
  const width = INTEGER_ORDER.indexOf(own.oid);
  if (width >= 0) return INTEGER_ORDER.indexOf(type.oid) >= width;
  return own.oid === type.oid;
}

/** Integers, too, fit a numeric that has digits enough. */
function fitsNumeric(field: Field, own: PgType, type: PgType): boolean {
  const digits = own.digits ?? integerDigits(field, own);
  if (digits === undefined) return false;
  if (type.digits === undefined) return true;
  return type.digits.scale >= digits.scale &&
    type.digits.precision - type.digits.scale >= digits.precision - digits.scale;
}

function integerDigits(field: Field, own: PgType): PgType["digits"] {
  if (!INTEGER_ORDER.includes(own.oid) || !DataType.isInt(field.type)) return undefined;
  return { precision: [5, 10, 19][INTEGER_ORDER.indexOf(own.oid)]!, scale: 0 };
}
