/** Reads CSV files where DuckDB may not be loaded: the same columns, types and errors, row by row. @module */
import { type RecordBatch, Schema } from "apache-arrow";
import { ColumnEncoder } from "../../table/column_encoder.ts";
import type { ColumnType } from "../../table/column_types.ts";
import { recordBatch } from "../../table/record_batch.ts";
import { damaged, isDamage } from "./compression.ts";
import { csvDialect, notUtf8 } from "./csv_dialect.ts";
import { misfit, recordFault, rowsOf } from "./csv_fault.ts";
import { checkAlike } from "./csv_plan.ts";
import type { CsvFile } from "./csv_query.ts";
import { csvFields, NotUtf8 } from "./csv_records.ts";
import { CsvLooks, csvValue, UNFIT_TEXT } from "./csv_value.ts";
import { checkColumns, type Column, declaredColumns } from "./declared.ts";
import type { Source } from "./locate.ts";
import type { CsvOptions } from "./read_csv.ts";

const BATCH_ROWS = 65_536;

/** One row: its texts in the order of the columns, and where it stands. */
interface CsvRow {
  readonly texts: readonly (string | null)[];
  readonly place: string;
}

/** The source's schema, and its rows batch by batch. Columns that are not declared cost a pass before.
 *
 * @throws {Error} what `readCsv` throws */
export async function csvWithoutDuckDB(
  source: Source,
  options: CsvOptions,
): Promise<{ readonly schema: Schema; readonly batches: AsyncIterable<RecordBatch> }> {
  const declared = declaredColumns(options);
  const files = await Promise.all(
    source.files.map(async (file) => ({ file, dialect: await csvDialect(file, options) })),
  ) as [CsvFile, ...CsvFile[]];
  files.slice(1).forEach((file) => checkAlike(file, files[0], options.header === undefined));
  const [{ dialect, file }] = files;
  const partitions = file.partitions.map(({ column }) => column);
  const names = [...dialect.names, ...partitions.filter((name) => !dialect.names.includes(name))];
  checkColumns(source.name, names, declared, options.exact ?? false);
  const nulls = new Set(options.nullValues ?? [""]);
  const read = { files, names, nulls };
  const columns = await typed(read, declared);
  const schema = new Schema(columns.map((column) => encoderOf(column).field));
  return { schema, batches: batchesOf(read, columns, schema) };
}

interface Reading {
  readonly files: readonly CsvFile[];
  readonly names: readonly string[];
  readonly nulls: ReadonlySet<string>;
}

/** The columns with the declared types, and those that all of their values have. */
async function typed(read: Reading, declared: ReadonlyMap<string, Column>): Promise<Column[]> {
  const looks = read.names.map(() => new CsvLooks());
  if (read.names.some((name) => !declared.has(name))) {
    for await (const { texts } of rowsOfAll(read)) {
      texts.forEach((text, at) => text !== null && text !== "" && looks[at]!.see(text));
    }
  }
  return read.names.map((name, at) =>
    declared.get(name) ??
      { name, type: "", declared: looks[at]!.type, isNotNull: false }
  );
}

async function* batchesOf(
  read: Reading,
  columns: readonly Column[],
  schema: Schema,
): AsyncGenerator<RecordBatch, void, undefined> {
  const encoders = columns.map(encoderOf);
  const finish = (length: number) =>
    recordBatch(schema, encoders.map((encoder) => encoder.finish()), length);
  let length = 0;
  for await (const { texts, place } of rowsOfAll(read)) {
    columns.forEach((column, at) =>
      append(encoders[at]!, column, { text: texts[at]!, place, row: length })
    );
    length++;
    if (length < BATCH_ROWS) continue;
    yield finish(length);
    length = 0;
  }
  if (length > 0) yield finish(length);
}

function encoderOf({ name, declared, isNotNull }: Column): ColumnEncoder {
  return new ColumnEncoder(name, `${declared}${isNotNull ? " not null" : ""}` as ColumnType);
}

function append(
  encoder: ColumnEncoder,
  column: Column,
  { text, place, row }: { text: string | null; place: string; row: number },
): void {
  const type = column.declared!;
  // Quotes make an empty string, or no bytes, of nothing; in a column of another type it stays nothing.
  const isNull = text === null || (text === "" && type !== "string" && type !== "binary");
  const value = isNull ? null : csvValue(text, type);
  const [file, ...where] = place.split("\n");
  const refusal = () => misfit(file!, where.join(""), column, isNull ? null : text);
  if (value === UNFIT_TEXT) throw refusal();
  try {
    encoder.append(value, row);
  } catch (cause) {
    throw Object.assign(refusal(), { cause });
  }
}

async function* rowsOfAll({ files, names, nulls }: Reading): AsyncGenerator<CsvRow> {
  for (const file of files) {
    const { dialect, file: { name, compression, partitions } } = file;
    const positions = names.map((column) => dialect.names.indexOf(column));
    const values = names.map((column) =>
      partitions.find((partition) => partition.column === column)?.value ?? null
    );
    try {
      for await (const record of rowsOf(file)) {
        const fields = csvFields(record.text, dialect);
        const fault = recordFault(file, record, fields.length);
        if (fault) throw fault;
        const texts = positions.map((position, at) => {
          const text = position < 0 ? values[at]! : fields[position]!;
          return text !== null && text !== "" && nulls.has(text) ? null : text;
        });
        yield { texts, place: `${name}\nrow ${record.row} (line ${record.line})` };
      }
    } catch (failure) {
      if (failure instanceof NotUtf8) throw notUtf8(name, failure);
      throw isDamage(failure) ? damaged(name, compression, failure) : failure;
    }
  }
}
