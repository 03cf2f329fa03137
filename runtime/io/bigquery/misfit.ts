/** Says column by column why a table cannot be appended to. @module */
import { typeName } from "../../table/type_name.ts";
import { suggestion } from "../../table/nearest.ts";
import type { SchemaField, WrittenColumn } from "./column.ts";
import type { ResultField } from "./result_field.ts";

/** BigQuery's two names for one type. */
const STANDARD: Readonly<Record<string, string>> = {
  INTEGER: "INT64",
  FLOAT: "FLOAT64",
  BOOLEAN: "BOOL",
  STRUCT: "RECORD",
  BIGDECIMAL: "BIGNUMERIC",
  DECIMAL: "NUMERIC",
};

/** @throws {Error} naming every column that the table lacks, cannot do without or has in another type. */
export function refuseMisfit(
  target: string,
  there: readonly ResultField[],
  columns: readonly WrittenColumn[],
): void {
  const names = there.map(({ name }) => name);
  const reasons = columns.flatMap(({ field, schema }) => {
    const known = namesake(there, field.name);
    if (!known) return [`it has no column \`${field.name}\`${suggestion(field.name, names)}`];
    if (fits(schema, known)) return [];
    const reason = `column \`${field.name}\` is ${typeText(known)} there`;
    if (known.type === "JSON") {
      return [`${reason}, which no load job writes from Parquet; insert parse_json(…) by execute`];
    }
    return [`${reason} and ${typeName(field)} here`];
  });
  for (const { name, mode } of there) {
    if (mode !== "REQUIRED" || columns.some(({ field }) => isSame(field.name, name))) continue;
    reasons.push(`column \`${name}\` must not be null there and is missing here`);
  }
  if (reasons.length > 0) throw new Error(`Cannot append to ${target}: ${reasons.join("; ")}`);
}

/** The columns as the table there calls and types them. */
export function alignedColumns(
  there: readonly ResultField[],
  columns: readonly WrittenColumn[],
): SchemaField[] {
  return columns.map(({ schema }) => {
    const known = namesake(there, schema.name)!;
    return { ...known } as SchemaField;
  });
}

function namesake(fields: readonly ResultField[], name: string): ResultField | undefined {
  return fields.find((field) => isSame(field.name, name));
}

function isSame(one: string, other: string): boolean {
  return one.toLowerCase() === other.toLowerCase();
}

/** Whether every value of the written column has a place there. */
function fits(written: SchemaField, there: ResultField): boolean {
  const isArray = (field: { readonly mode?: string }) => field.mode === "REPEATED";
  if (isArray(written) !== isArray(there)) return false;
  const [mine, theirs] = [standardType(written.type), standardType(there.type)];
  if (mine === "RECORD") {
    return theirs === "RECORD" && (written.fields ?? []).length === (there.fields ?? []).length &&
      (written.fields ?? []).every((field) => {
        const known = namesake(there.fields ?? [], field.name);
        return known !== undefined && fits(field, known);
      });
  }
  if (mine === theirs) return true;
  return (WIDER[mine] ?? []).includes(theirs);
}

const WIDER: Readonly<Record<string, readonly string[]>> = {
  INT64: ["NUMERIC", "BIGNUMERIC", "FLOAT64"],
  NUMERIC: ["BIGNUMERIC"],
};

/** A type under the name that SQL has for it. */
export function standardType(type: string): string {
  return STANDARD[type] ?? type;
}

function typeText({ type, mode }: ResultField): string {
  return mode === "REPEATED" ? `an array of ${standardType(type)}` : standardType(type);
}
