/** Which Arrow type a column of a result becomes; what a table has no type for is refused by name. @module */
import {
  Binary,
  Bool,
  type DataType,
  DateDay,
  Decimal,
  Field,
  Float32,
  Float64,
  Int16,
  Int32,
  Int64,
  IntervalMonthDayNano,
  List,
  Null,
  TimeMicrosecond,
  TimestampMicrosecond,
  Uint32,
  Utf8,
} from "apache-arrow";
import { extension, uuidType } from "../../../table/extension.ts";
import { Oid } from "../oids.ts";

/** A column of a result, as the server describes it. */
export interface ResultColumn {
  readonly name: string;
  readonly oid: number;
  /** The type's modifier, -1 for none: a numeric's precision and scale. */
  readonly modifier: number;
}

/** What the catalogue says of a type that is not built in: an enum, an array, a string of an extension. */
export interface CatalogType {
  /** As it is written in SQL. */
  readonly name: string;
  /** `e` for an enum. */
  readonly kind: string;
  /** `A` for an array, `S` for a string. */
  readonly category: string;
  /** Of an array's elements, or 0. */
  readonly elementOid: number;
}

/** The most digits that Arrow's decimals of 128 bits and DuckDB's have. */
export const MOST_DIGITS = 38;

/** The Arrow field of a result's column. A numeric without precision has scale 0 until its values are seen.
 *
 * @throws {TypeError} naming column and type where a table has no such type. */
export function resultField(
  column: ResultColumn,
  catalog: ReadonlyMap<number, CatalogType>,
): Field {
  return new Field(column.name, resultType(column, catalog), true, metadataOf(column.oid));
}

/** Whether the column is a numeric whose scale only its values tell. */
export function isLooseNumeric(column: ResultColumn): boolean {
  return column.oid === Oid.numeric && column.modifier < 4;
}

function resultType(column: ResultColumn, catalog: ReadonlyMap<number, CatalogType>): DataType {
  const simple = SIMPLE[column.oid]?.();
  if (simple) return simple;
  if (column.oid === Oid.numeric) return decimalType(column);
  const known = catalog.get(column.oid);
  if (known?.kind === "e" || known?.category === "S") return new Utf8();
  if (known?.category === "A" && known.elementOid > 0) {
    const element = { ...column, name: "item", oid: known.elementOid };
    try {
      if (isLooseNumeric(element)) throw new TypeError();
      return new List(resultField(element, catalog));
    } catch (cause) {
      throw refusal(column, known.name, { cause });
    }
  }
  throw refusal(column, known?.name ?? `type ${column.oid}`, {});
}

function refusal(column: ResultColumn, type: string, options: ErrorOptions): TypeError {
  return new TypeError(
    `Cannot read column \`${column.name}\`: a table has no type for Postgres's ${type}; cast it in the query, ` +
      `for example to text`,
    options,
  );
}

/** The modifier holds precision and scale; the scale may be negative. */
function decimalType(column: ResultColumn): DataType {
  if (isLooseNumeric(column)) return new Decimal(0, MOST_DIGITS, 128);
  const precision = ((column.modifier - 4) >> 16) & 0xffff;
  const scale = (((column.modifier - 4) & 0x7ff) ^ 1024) - 1024;
  if (precision > MOST_DIGITS || scale < 0 || scale > precision) {
    throw refusal(column, `numeric(${precision},${scale})`, {});
  }
  return new Decimal(scale, precision, 128);
}

function metadataOf(oid: number): Map<string, string> {
  if (oid === Oid.uuid) return extension("arrow.uuid");
  return oid === Oid.json || oid === Oid.jsonb ? extension("arrow.json") : new Map();
}

const SIMPLE: Readonly<Record<number, () => DataType>> = {
  [Oid.bool]: () => new Bool(),
  [Oid.int2]: () => new Int16(),
  [Oid.int4]: () => new Int32(),
  [Oid.int8]: () => new Int64(),
  [Oid.oid]: () => new Uint32(),
  [Oid.float4]: () => new Float32(),
  [Oid.float8]: () => new Float64(),
  [Oid.text]: () => new Utf8(),
  [Oid.varchar]: () => new Utf8(),
  [Oid.bpchar]: () => new Utf8(),
  [Oid.name]: () => new Utf8(),
  [Oid.char]: () => new Utf8(),
  [Oid.unknown]: () => new Utf8(),
  [Oid.xml]: () => new Utf8(),
  [Oid.json]: () => new Utf8(),
  [Oid.jsonb]: () => new Utf8(),
  [Oid.bytea]: () => new Binary(),
  [Oid.date]: () => new DateDay(),
  [Oid.time]: () => new TimeMicrosecond(),
  [Oid.timestamp]: () => new TimestampMicrosecond(),
  [Oid.timestamptz]: () => new TimestampMicrosecond("UTC"),
  [Oid.interval]: () => new IntervalMonthDayNano(),
  [Oid.uuid]: () => uuidType(),
  [Oid.void]: () => new Null(),
};
