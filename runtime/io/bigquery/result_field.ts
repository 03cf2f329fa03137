/** What Arrow type each of BigQuery's becomes, for results. @module */
import {
  Binary,
  Bool,
  type DataType,
  DateDay,
  Decimal,
  Field,
  Float64,
  Int64,
  List,
  Struct,
  TimeMicrosecond,
  TimestampMicrosecond,
  Utf8,
} from "apache-arrow";
import { extension } from "../../table/extension.ts";

/** A field of a result's or table's schema. */
export interface ResultField {
  readonly name: string;
  readonly type: string;
  readonly mode?: string;
  readonly fields?: readonly ResultField[];
  readonly precision?: string;
  readonly scale?: string;
}

/** The Arrow field of a result's column.
 *
 * @throws {TypeError} naming column and type where a table has no type for it. */
export function arrowField(field: ResultField): Field {
  return fieldAt(field, field.name);
}

/** @param path the column, and what leads to the field within it */
function fieldAt(field: ResultField, path: string): Field {
  const type = scalarType(field, path);
  const metadata = field.type === "JSON" ? extension("arrow.json") : new Map<string, string>();
  if (field.mode !== "REPEATED") return new Field(field.name, type, true, metadata);
  return new Field(field.name, new List(new Field("item", type, true, metadata)), true);
}

function scalarType(field: ResultField, path: string): DataType {
  switch (field.type) {
    case "INTEGER":
    case "INT64":
      return new Int64();
    case "FLOAT":
    case "FLOAT64":
      return new Float64();
    case "BOOLEAN":
    case "BOOL":
      return new Bool();
    case "STRING":
    case "JSON":
    case "GEOGRAPHY":
      return new Utf8();
    case "BYTES":
      return new Binary();
    case "DATE":
      return new DateDay();
    case "TIME":
      return new TimeMicrosecond();
    case "DATETIME":
      return new TimestampMicrosecond();
    case "TIMESTAMP":
      return new TimestampMicrosecond("UTC");
    case "NUMERIC":
      return new Decimal(9, 38, 128);
    case "RECORD":
    case "STRUCT":
      return new Struct(
        (field.fields ?? []).map((child) => fieldAt(child, `${path}.${child.name}`)),
      );
  }
  const mend = field.type === "BIGNUMERIC" ? "numeric, float64 or string" : "string";
  throw new TypeError(
    `Cannot read column \`${path}\`: a table has no type for BigQuery's ${field.type}; cast it to ${mend}`,
  );
}
