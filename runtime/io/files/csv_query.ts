/** Builds the queries over a source's CSV files. DuckDB is told everything, so that it guesses nothing,
 *  and sees columns as c0, c1, …: their own names may differ in case alone. @module */
import type { Column } from "./declared.ts";
import type { CsvDialect } from "./csv_dialect.ts";
import { fittedOrFail, fittedOrNull, isInteger, UNFIT, wholeOrFail } from "./fitting.ts";
import { inferredOrFail } from "./inference.ts";
import type { SourceFile } from "./locate.ts";
import { quotedList, quotedName, quotedText } from "./sql_text.ts";

/** A file and how it is written. */
export interface CsvFile {
  readonly file: SourceFile;
  readonly dialect: CsvDialect;
}

/** The columns of a source in order, and which text stands for null. */
export interface CsvPlan {
  readonly files: readonly [CsvFile, ...CsvFile[]];
  readonly columns: readonly Column[];
  readonly nullValues: readonly string[];
}

/** `native` lets DuckDB parse numbers and booleans while it splits the text; `text` casts every value
 *  from text, which also takes quoted nulls and integers beyond 2^53, and is slower. */
export type CsvReading = "native" | "text";

/** Lines of up to 32 MB; DuckDB keeps room for a multiple of that, so the quick reading does without. */
const LONG_LINES = ", max_line_size=33554432";
/** DuckDB's own is 32 MB, of which it holds several; lines of up to 2 MB fit all the same. */
const SMALL_BUFFERS = ", buffer_size=8388608";

/** The type that DuckDB's reader is to give for a column; undefined where its text is needed. */
function nativeType({ type, declared }: Column): string | undefined {
  if (declared === undefined) return undefined;
  if (isInteger(type)) return "DOUBLE";
  return ["VARCHAR", "DOUBLE", "FLOAT", "BOOLEAN"].includes(type) ? type : undefined;
}

/** The query that gives the rows with their types; it fails on a value that does not fit. */
export function csvQuery(plan: CsvPlan, reading: CsvReading): string {
  return groupsOf(plan.files).map((group) => {
    const { dialect } = group[0];
    const nativeOf = (column: Column | undefined) =>
      reading === "native" && column ? nativeType(column) : undefined;
    const types = dialect.names.map((name) =>
      nativeOf(plan.columns.find((column) => column.name === name)) ?? "VARCHAR"
    );
    const values = plan.columns.map((column) => {
      const isPartition = !dialect.names.includes(column.name);
      const how = isPartition ? "partition" : nativeOf(column) ? "native" : "text";
      return `${valueOf(rawName(column, group[0]), column, plan, how)} as ${
        quotedName(column.name)
      }`;
    });
    const more = reading === "text" ? LONG_LINES : SMALL_BUFFERS;
    return `select ${values.join(",\n  ")}\nfrom ${scanOf(group, types, plan.nullValues, more)}`;
  }).join("\nunion all\n");
}

/** The columns of one file as text, under their own names behind `"row"`, counted from 1. */
export function csvTextQuery(file: CsvFile, plan: CsvPlan): string {
  const types = file.dialect.names.map(() => "VARCHAR");
  const values = plan.columns.map((column, index) =>
    `${textOf(rawName(column, file), column, plan)} as t${index}`
  );
  return `select row_number() over () as "row", ${values.join(", ")} from ${
    scanOf([file], types, plan.nullValues, `, parallel=false${LONG_LINES}`)
  }`;
}

/** Whether a declared column's text, a SQL expression, breaks its declaration. */
export function breaksDeclaration(text: string, { type, isNotNull }: Column): string {
  const unfit = `${text} is not null and ${fittedOrNull(text, type)} is null`;
  return isNotNull ? `(${text} is null or ${unfit})` : `(${unfit})`;
}

function valueOf(
  raw: string,
  column: Column,
  plan: CsvPlan,
  how: "partition" | "native" | "text",
): string {
  const { type, declared, isNotNull } = column;
  const text = how === "text" ? textOf(raw, column, plan) : raw;
  const value = how === "native"
    ? nativeValue(raw, type)
    : how === "text" && declared === undefined
    ? inferredOrFail(text, type)
    : fittedOrFail(text, type);
  return isNotNull ? notNull(value, text) : value;
}

function nativeValue(raw: string, type: string): string {
  if (isInteger(type)) return wholeOrFail(raw, type);
  const isFloat = type === "DOUBLE" || type === "FLOAT";
  return isFloat ? `case when isinf(${raw}) then error('${UNFIT}') else ${raw} end` : raw;
}

function notNull(value: string, seen: string): string {
  return `case when ${seen} is null then error('${UNFIT}') else ${value} end`;
}

/** Quotes make an empty string, or no bytes, of nothing; in a column of another type it stays nothing. */
function textOf(raw: string, { type }: Column, { nullValues }: CsvPlan): string {
  if (type === "VARCHAR" || type === "BLOB") return raw;
  const given = nullValues.filter((value) => value !== "");
  const text = `nullif(${raw}, '')`;
  return given.reduce((inner, value) => `nullif(${inner}, ${quotedText(value)})`, text);
}

function rawName(column: Column, { file, dialect }: CsvFile): string {
  const index = dialect.names.indexOf(column.name);
  if (index >= 0) return `c${index}`;
  return quotedName(file.partitions.find((each) => each.column === column.name)!.encoded);
}

function scanOf(
  group: readonly [CsvFile, ...CsvFile[]],
  types: readonly string[],
  nullValues: readonly string[],
  more = "",
): string {
  const [{ file, dialect }] = group;
  const columns = types.map((type, index) => `'c${index}': '${type}'`);
  const compression = file.compression === "none" ? "none" : file.compression;
  const partitions = file.partitions.length > 0
    ? ", hive_partitioning=true, hive_types_autocast=false"
    : ", hive_partitioning=false";
  return `read_csv(${quotedList(group.map((each) => literalPath(each.file.path)))},
    auto_detect=false, header=${dialect.hasHeader}, compression='${compression}',
    delim=${quotedText(dialect.delimiter)}, quote=${quotedText(dialect.quote)},
    escape=${quotedText(dialect.quote)}, nullstr=${quotedList(nullValues)},
    allow_quoted_nulls=false, columns={${columns.join(", ")}}${partitions}${more})`;
}

/** DuckDB takes `*`, `?` and `[` in a path for a pattern; brackets make them literal. */
export function literalPath(path: string): string {
  return path.replace(/[*?[]/g, "[$&]");
}

/** Runs of files that are written alike and can be read by one scan. */
function groupsOf(files: readonly [CsvFile, ...CsvFile[]]): [CsvFile, ...CsvFile[]][] {
  const groups: [CsvFile, ...CsvFile[]][] = [];
  for (const file of files) {
    const group = groups.at(-1);
    if (group && likeness(group[0]) === likeness(file)) group.push(file);
    else groups.push([file]);
  }
  return groups;
}

function likeness({ file, dialect }: CsvFile): string {
  return JSON.stringify([file.compression, dialect, file.partitions.map((each) => each.encoded)]);
}
