/** Finds out why a CSV file could not be loaded and says it in one line: where, what was seen, what to
 *  do. Runs only after a load has failed, so it may take its time. @module */
import { tableFromQuery } from "../../table/duckdb_to_arrow.ts";
import type { Engine } from "../../table/engine.ts";
import { EngineError } from "../../table/engine_error.ts";
import { readDecompressed } from "./compression.ts";
import { notUtf8 } from "./csv_dialect.ts";
import { breaksDeclaration, type CsvFile, type CsvPlan, csvTextQuery } from "./csv_query.ts";
import { csvFields, type CsvRecord, csvRecords, NotUtf8 } from "./csv_records.ts";
import type { Column } from "./declared.ts";

/** The first thing in the files that breaks the plan, or undefined where nothing does. */
export async function csvFault(engine: Engine, plan: CsvPlan): Promise<Error | undefined> {
  for (const file of plan.files) {
    const fault = await valueFault(engine, file, plan).catch(stumbled) ??
      await structuralFault(file);
    if (fault) return fault;
  }
  return undefined;
}

/** DuckDB cannot read so far: the text itself is broken. */
function stumbled(failure: unknown): undefined {
  if (!(failure instanceof EngineError)) throw failure;
}

/** A record of data. */
export interface NumberedRecord extends CsvRecord {
  /** The data row, from 1. */
  readonly row: number;
}

/** The rows as DuckDB counts them: blank lines are rows only where there is one column. */
export async function* rowsOf({ file, dialect }: CsvFile): AsyncGenerator<NumberedRecord> {
  let row = dialect.hasHeader ? -1 : 0;
  for await (const record of csvRecords(readDecompressed(file.path, file.compression), dialect)) {
    if (record.text === "" && dialect.names.length > 1) continue;
    row++;
    if (row > 0) yield { ...record, row };
  }
}

/** What is wrong with a record of so many fields as a whole, if anything. */
export function recordFault(
  { file, dialect: { names, delimiter } }: CsvFile,
  { row, line, text, isOpen }: NumberedRecord,
  fields: number,
): Error | undefined {
  const place = `Cannot read ${file.name}, row ${row} (line ${line})`;
  if (isOpen) return new Error(`${place}: a quote is never closed; close or double it`);
  if (fields === names.length) return undefined;
  if (fields === names.length + 1 && text.endsWith(delimiter)) return undefined;
  return new Error(
    `${place}: it has ${fields} field${
      fields === 1 ? "" : "s"
    } where the header has ${names.length}; quote fields that contain \`${delimiter}\``,
  );
}

async function structuralFault(file: CsvFile): Promise<Error | undefined> {
  const { name } = file.file;
  try {
    for await (const record of rowsOf(file)) {
      const fault = recordFault(file, record, csvFields(record.text, file.dialect).length);
      if (fault) return fault;
    }
  } catch (failure) {
    if (failure instanceof NotUtf8) return notUtf8(name, failure);
    throw failure;
  }
  return undefined;
}

async function valueFault(
  engine: Engine,
  file: CsvFile,
  plan: CsvPlan,
): Promise<Error | undefined> {
  const breaking = plan.columns.flatMap((column, index) =>
    column.declared === undefined ? [] : [{ index, test: breaksDeclaration(`t${index}`, column) }]
  );
  if (breaking.length === 0) return undefined;
  const which = `case ${
    breaking.map(({ index, test }) => `when ${test} then ${index}`).join(" ")
  } end`;
  const value = `case "column" ${
    breaking.map(({ index }) => `when ${index} then t${index}`).join(" ")
  } end`;
  const found = await tableFromQuery(
    engine,
    `select "row", "column", ${value} as "value" from
      (select *, ${which} as "column" from (${csvTextQuery(file, plan)}))
    where "column" is not null limit 1`,
  );
  if (found.numRows === 0) return undefined;
  const row = Number(found.getChild("row")!.get(0));
  const column = plan.columns[Number(found.getChild("column")!.get(0))]!;
  const isPartition = !file.dialect.names.includes(column.name);
  const place = isPartition
    ? "in its folder's name"
    : `row ${row} (line ${await lineOf(file, row)})`;
  return misfit(file.file.name, place, column, found.getChild("value")!.get(0));
}

/** The error for a value that does not fit its declared type. */
export function misfit(source: string, place: string, column: Column, value: unknown): Error {
  const { name, declared, isNotNull } = column;
  const where = `Cannot read ${source}, ${place}, column \`${name}\``;
  if (value === null && isNotNull) {
    return new Error(`${where}: it is empty, but the column is declared \`${declared} not null\``);
  }
  const text = String(value);
  const seen = text.length > 80 ? `${text.slice(0, 80)}…` : text;
  return new Error(
    `${where}: "${seen}" is not ${
      article(declared!)
    } ${declared}; mend the value, or declare another type`,
  );
}

function article(type: string): string {
  return /^[aeiou]/.test(type) && !type.startsWith("uu") && !type.startsWith("ui") ? "an" : "a";
}

async function lineOf(file: CsvFile, row: number): Promise<number> {
  for await (const record of rowsOf(file)) if (record.row === row) return record.line;
  return row + (file.dialect.hasHeader ? 1 : 0);
}
