/** Reads CSV as most files are written: no quotes, every value in the shortest spelling of its declared type.
 *  Such text needs no SQL: a loop finds the fields of some hundred KB, and a loop for each column reads them
 *  while the next are unpacked. At anything else it stops with `NotPlain`, and DuckDB reads the file, says
 *  what is wrong in it, or takes it. @module */
import { type RecordBatch, Schema } from "apache-arrow";
import { currentScope } from "../../context/scope.ts";
import { recordBatch } from "../../table/record_batch.ts";
import { damaged, isDamage } from "./compression.ts";
import type { CsvFile, CsvPlan } from "./csv_query.ts";
import { fieldsHere, fieldsOnThread } from "./field_pieces.ts";
import { type PlainColumn, plainColumn, plainField } from "./plain_column.ts";
import { checkZstdFrames } from "./zstd_frames.ts";

/** Files from this size on are worth a thread. */
const LARGE_BYTES = 2 ** 21;
const BATCH_ROWS = 65_536;
/** A batch also ends when its columns hold this many bytes of text. */
const BATCH_BYTES = 64 * 2 ** 20;

/** The plan's schema where every column is declared, of a type that has a loop, and no file is written so
 *  that only DuckDB reads it; undefined otherwise. */
export function plainSchema({ files, columns, nullValues }: CsvPlan): Schema | undefined {
  const fields = columns.map((column) => column.declared === undefined ? null : plainField(column));
  const isSimple = nullValues.length === 1 && nullValues[0] === "" &&
    files.every(({ file, dialect }) =>
      file.partitions.length === 0 && file.head[0] !== 0xef &&
      /^[ -~\t]$/.test(dialect.delimiter) &&
      dialect.quote.length <= 1 && dialect.names.length === columns.length
    );
  return isSimple && fields.every((field) => field !== null) ? new Schema(fields) : undefined;
}

/** The plan's rows, batch by batch; the last comes when its file is known to be whole.
 *
 * @throws {NotPlain} at the first thing that it does not know; the rows before it are right
 * @throws {Error} for a file that is truncated or damaged */
export async function* plainBatches(
  plan: CsvPlan,
  schema: Schema,
): AsyncGenerator<RecordBatch, void, undefined> {
  const columns = plan.columns.map(plainColumn);
  let rows = 0;
  const finish = () => {
    const batch = recordBatch(schema, columns.map((column) => column.finish()), rows);
    rows = 0;
    return batch;
  };
  for (const file of plan.files) {
    const inOrder = file.dialect.names.map((name) =>
      columns[plan.columns.findIndex((column) => column.name === name)]!
    );
    for await (const count of rowsOf(file, inOrder)) {
      rows += count;
      const isFull = rows >= BATCH_ROWS || columns.some((column) => column.bytes >= BATCH_BYTES);
      if (isFull) yield finish();
    }
  }
  if (rows > 0) yield finish();
}

/** Appends a file's rows to the columns, piece by piece, and tells how many each piece had. */
async function* rowsOf(
  { file, dialect }: CsvFile,
  columns: readonly PlainColumn[],
): AsyncGenerator<number, void, undefined> {
  const { name, path, compression, size } = file;
  const signal = currentScope()?.run.signal;
  const stride = columns.length;
  let isHeader = dialect.hasHeader;
  if (compression === "zstd") await checkZstdFrames(path, name);
  try {
    const find = size >= LARGE_BYTES ? fieldsOnThread : fieldsHere;
    for await (
      const { bytes, bounds, rows } of find(path, compression, { ...dialect, columns: stride })
    ) {
      signal?.throwIfAborted();
      const from = isHeader ? 1 : 0;
      if (rows > 0) isHeader = false;
      const count = Math.max(0, rows - from);
      if (count === 0) continue;
      columns.forEach((column, index) =>
        column.append({ bytes, bounds, first: from * stride + index, stride, count })
      );
      yield count;
    }
  } catch (failure) {
    throw isDamage(failure) ? damaged(name, compression, failure) : failure;
  }
}
