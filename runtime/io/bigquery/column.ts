/** Columns of tables as BigQuery has them: which of its types each becomes, and under which names. @module */
import { DataType, type Field, TimeUnit } from "apache-arrow";
import { isJson, isUuid } from "../../table/extension.ts";
import { typeName } from "../../table/type_name.ts";
import type { Table, TableStream } from "../../table/table.ts";

/** A field of a BigQuery schema. */
export interface SchemaField {
  readonly name: string;
  readonly type: string;
  readonly mode?: string;
  readonly fields?: readonly SchemaField[];
}

/** One column to be written. */
export interface WrittenColumn {
  readonly field: Field;
  readonly schema: SchemaField;
  /** The type that DuckDB casts it to for Parquet. */
  readonly duckdb: string;
}

const MOST_LETTERS = 300;
const FORBIDDEN = /[!"$()*,./;?@[\\\]^`{}~\p{Cc}]/u;
const RESERVED = /^(_TABLE_|_FILE_|_PARTITION|_ROW_TIMESTAMP|__ROOT__|_COLIDENTIFIER)/i;

/** The columns of `data`.
 *
 * @throws {Error} at a name that BigQuery does not take, {TypeError} at a type that it lacks. */
export function writtenColumns(
  data: Table<unknown> | TableStream<unknown>,
  target: string,
): WrittenColumn[] {
  const { fields } = data.schema;
  if (fields.length === 0) throw new Error(`Cannot write to ${target}: the table has no columns`);
  refuseNames(fields, target);
  return fields.map((field: Field) => {
    const { mode, ...found } = columnType(field, field.name, target);
    return {
      field,
      schema: { name: field.name, type: found.type, ...rest(mode, found.fields) },
      duckdb: mode === "REPEATED" ? `${found.duckdb}[]` : found.duckdb,
    };
  });
}

interface Found {
  readonly type: string;
  readonly duckdb: string;
  readonly mode?: "REPEATED";
  readonly fields?: readonly SchemaField[];
}

function columnType(field: Field, path: string, target: string): Found {
  const { type } = field;
  const simple = isUuid(field) || isJson(field) ? STRING : simpleType(type);
  if (simple) return simple;
  if (DataType.isDictionary(type)) {
    return columnType(field.clone({ type: type.dictionary }), path, target);
  }
  if (DataType.isList(type) || DataType.isFixedSizeList(type)) {
    const inner = columnType(type.children[0]!, path, target);
    if (inner.mode === undefined) return { ...inner, mode: "REPEATED" };
    throw refusal(field, path, target, "an array of arrays has no type there; make it json");
  }
  if (DataType.isStruct(type)) return recordType(type.children, path, target);
  throw refusal(field, path, target, mendOf(type));
}

const STRING: Found = { type: "STRING", duckdb: "varchar" };

function simpleType(type: DataType): Found | undefined {
  if (DataType.isInt(type)) {
    return !type.isSigned && type.bitWidth === 64
      ? { type: "NUMERIC", duckdb: "decimal(20,0)" }
      : { type: "INT64", duckdb: "bigint" };
  }
  if (DataType.isFloat(type)) return { type: "FLOAT64", duckdb: "double" };
  if (DataType.isBool(type)) return { type: "BOOL", duckdb: "boolean" };
  if (DataType.isUtf8(type) || DataType.isLargeUtf8(type)) return STRING;
  if (DataType.isBinary(type) || DataType.isLargeBinary(type)) {
    return { type: "BYTES", duckdb: "blob" };
  }
  if (DataType.isDate(type)) return { type: "DATE", duckdb: "date" };
  if (DataType.isTime(type) && type.unit !== TimeUnit.NANOSECOND) {
    return { type: "TIME", duckdb: "time" };
  }
  if (DataType.isTimestamp(type) && type.unit !== TimeUnit.NANOSECOND) {
    return type.timezone
      ? { type: "TIMESTAMP", duckdb: "timestamptz" }
      : { type: "DATETIME", duckdb: "timestamp" };
  }
  if (DataType.isDecimal(type)) return decimalType(type.precision, type.scale);
  return undefined;
}

/** NUMERIC has 29 digits before the point and 9 behind it. */
function decimalType(precision: number, scale: number): Found {
  const type = scale <= 9 && precision - scale <= 29 ? "NUMERIC" : "BIGNUMERIC";
  return { type, duckdb: `decimal(${precision},${scale})` };
}

function recordType(children: readonly Field[], path: string, target: string): Found {
  refuseNames(children, target);
  const found = children.map((child) => columnType(child, `${path}.${child.name}`, target));
  const members = found.map(({ duckdb, mode }, index) =>
    `"${children[index]!.name}" ${duckdb}${mode === "REPEATED" ? "[]" : ""}`
  );
  return {
    type: "RECORD",
    duckdb: `struct(${members.join(", ")})`,
    fields: found.map(({ type, mode, fields }, index) => ({
      name: children[index]!.name,
      type,
      ...rest(mode, fields),
    })),
  };
}

function rest(mode: string | undefined, fields: readonly SchemaField[] | undefined) {
  return { ...(mode === undefined ? {} : { mode }), ...(fields === undefined ? {} : { fields }) };
}

function mendOf(type: DataType): string {
  if (DataType.isNull(type)) return "it has only nulls; declare its type";
  if (DataType.isTime(type)) return "BigQuery keeps microseconds; cast it to time";
  if (DataType.isTimestamp(type)) return "BigQuery keeps microseconds; cast it to timestamp";
  if (DataType.isMap(type)) return "BigQuery has no maps; make it json";
  return "cast it to string";
}

function refusal(field: Field, path: string, target: string, mend: string): TypeError {
  return new TypeError(
    `Cannot write to ${target}: BigQuery has no type for column \`${path}\` (${
      typeName(field)
    }): ${mend}`,
  );
}

/** Names are kept as they are; what BigQuery does not take is refused before anything is sent. */
function refuseNames(fields: readonly Field[], target: string): void {
  const seen = new Map<string, string>();
  for (const { name } of fields) {
    const twin = seen.get(name.toLowerCase());
    const reason = name === ""
      ? "a column has no name; rename it"
      : twin === name
      ? `two columns are called \`${name}\`; rename one`
      : twin !== undefined
      ? `columns \`${twin}\` and \`${name}\` are one name to BigQuery; rename one`
      : FORBIDDEN.test(name)
      ? `BigQuery takes no ${
        JSON.stringify(FORBIDDEN.exec(name)![0])
      } in a column's name: \`${name}\`; rename it, ` +
        "for example with renameAll(table)"
      : RESERVED.test(name)
      ? `BigQuery keeps names that begin like \`${name}\` for itself; rename it`
      : [...name].length > MOST_LETTERS
      ? `BigQuery's names have ${MOST_LETTERS} letters at most, \`${
        name.slice(0, 40)
      }…\` has more; shorten it`
      : undefined;
    if (reason !== undefined) throw new Error(`Cannot write to ${target}: ${reason}`);
    seen.set(name.toLowerCase(), name);
  }
}
