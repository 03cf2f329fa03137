/** Reads CSV as most files are written: no quotes, every value in the shortest spelling of its declared type.
 *  Such text needs no SQL: a loop finds the fields of some hundred KB, and a loop for each column reads them
 *  while the next are unpacked. At anything else it stops with `NotPlain`, and DuckDB reads the file, says
 *  what is wrong in it, or takes it. @module */
import { type RecordBatch, Schema } from "apache-arrow";
import { currentScope } from "../../context/scope.ts";
import { recordBatch } from "../../table/record_batch.ts";
import { damaged, isDamage, readDecompressed } from "./compression.ts";
import type { CsvFile, CsvPlan } from "./csv_query.ts";
import { NotPlain, type PlainColumn, plainColumn, plainField } from "./plain_column.ts";
import { checkZstdFrames } from "./zstd_frames.ts";

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
  const { name, path, compression } = file;
  const signal = currentScope()?.run.signal;
  const fields = new Fields(dialect.delimiter, dialect.quote, columns.length);
  let isHeader = dialect.hasHeader;
  const take = () => {
    const from = isHeader ? 1 : 0;
    const count = Math.max(0, fields.rows - from);
    if (fields.rows > 0) isHeader = false;
    if (count > 0) {
      columns.forEach((column, index) =>
        column.append(
          fields.bytes,
          fields.bounds,
          from * columns.length + index,
          columns.length,
          count,
        )
      );
    }
    return count;
  };
  if (compression === "zstd") await checkZstdFrames(path, name);
  try {
    for await (const piece of readDecompressed(path, compression)) {
      signal?.throwIfAborted();
      fields.split(piece);
      // what follows waits until the file is known to go on
      yield take();
    }
    fields.end();
    yield take();
  } catch (failure) {
    throw isDamage(failure) ? damaged(name, compression, failure) : failure;
  }
}

const ORDINARY = 0;
const DELIMITER = 1;
const NEWLINE = 2;
const FOREIGN = 3;
const REFUSED = 4;

/** The fields of the whole rows in a piece of text; what is left over stands before the next. */
class Fields {
  bytes = new Uint8Array(0);
  /** Where each field begins, row after row; it ends one byte before the next begins. */
  bounds = new Int32Array(1 << 16);
  rows = 0;
  readonly #kinds = new Uint8Array(256).fill(FOREIGN, 128);
  readonly #columns: number;
  readonly #decoder = new TextDecoder("utf-8", { fatal: true });
  #left = 0;
  #leftFrom = 0;

  constructor(delimiter: string, quote: string, columns: number) {
    this.#columns = columns;
    this.#kinds[0] = this.#kinds[13] = REFUSED;
    this.#kinds[10] = NEWLINE;
    if (quote !== "") this.#kinds.fill(REFUSED, quote.charCodeAt(0), quote.charCodeAt(0) + 1);
    this.#kinds[delimiter.charCodeAt(0)] = DELIMITER;
  }

  split(piece: Uint8Array): void {
    const length = this.#left + piece.length;
    const bytes = new Uint8Array(length);
    bytes.set(this.bytes.subarray(this.#leftFrom, this.#leftFrom + this.#left));
    bytes.set(piece, this.#left);
    this.bytes = bytes;
    this.#find(length);
  }

  /** Takes a last row that has no newline. */
  end(): void {
    this.rows = 0;
    if (this.#left > 0) this.split(Uint8Array.of(10));
  }

  #find(length: number): void {
    const { bytes } = this;
    const kinds = this.#kinds;
    const columns = this.#columns;
    let bounds = this.bounds;
    let [rows, field, found, rowFrom] = [0, 0, 0, 0];
    let hasForeign = false;
    bounds[found++] = 0;
    for (let at = 0; at < length; at++) {
      const kind = kinds[bytes[at]!]!;
      if (kind === ORDINARY) continue;
      if (kind === FOREIGN) {
        hasForeign = true;
        continue;
      }
      if (kind === REFUSED) throw new NotPlain();
      if (found === bounds.length) bounds = grown(bounds);
      bounds[found++] = at + 1;
      field++;
      if (kind === DELIMITER) continue;
      if (field !== columns || at === rowFrom) throw new NotPlain();
      rows++;
      field = 0;
      rowFrom = at + 1;
    }
    if (hasForeign) this.#refuseNotUtf8(rowFrom);
    this.bounds = bounds;
    this.rows = rows;
    this.#leftFrom = rowFrom;
    this.#left = length - rowFrom;
  }

  #refuseNotUtf8(end: number): void {
    try {
      this.#decoder.decode(this.bytes.subarray(0, end));
    } catch (cause) {
      throw new NotPlain({ cause });
    }
  }
}

function grown(bounds: Int32Array<ArrayBuffer>): Int32Array<ArrayBuffer> {
  const larger = new Int32Array(bounds.length * 2);
  larger.set(bounds);
  return larger;
}
