/** Tables in Arrow IPC stream files: buffers go to disk and come back as they lie in memory.
 *  No part of this needs DuckDB. @module */
import { dirname } from "../context/paths.ts";
import {
  type RecordBatch,
  RecordBatchReader,
  RecordBatchStreamWriter,
  type Schema,
} from "apache-arrow";
import { alignedBatch } from "./aligned_batch.ts";
import { FileBytes, readAt } from "./file_bytes.ts";
import { ownRoom, Scratch } from "./scratch.ts";
import { StagedFile } from "./staged_file.ts";
import { type Table, TableStream, type UnknownRow } from "./table.ts";
import { tableFromBatches } from "./table_from_batches.ts";

/** What a file begins with that is not a stream but Arrow's file format. */
const FILE_MAGIC = "ARROW1";

/** Writes a table or a stream to one file, beside its name and renamed when it is whole.
 *
 * @returns rows and bytes written
 * @example
 * ```ts
 * import { tableFromArrays } from "apache-arrow";
 * import { readIpc, writeIpc } from "./ipc.ts";
 * const folder = await Deno.makeTempDir();
 * await writeIpc(tableFromArrays({ n: [1, 2, 3] }), `${folder}/numbers.arrow`);
 * console.log((await readIpc(`${folder}/numbers.arrow`)).numRows); // 3
 * await Deno.remove(folder, { recursive: true });
 * ``` */
export async function writeIpc(
  table: Table<unknown> | TableStream<unknown>,
  path: string,
): Promise<{ rows: number; bytes: number }> {
  await Deno.mkdir(dirname(path), { recursive: true });
  const beside = `${path}.${crypto.randomUUID().slice(0, 8)}.part`;
  try {
    const written = await writeTo(table, beside);
    await Deno.rename(beside, path);
    return written;
  } catch (cause) {
    await Deno.remove(beside).catch(() => {});
    throw cause;
  }
}

async function writeTo(table: Table<unknown> | TableStream<unknown>, path: string) {
  using file = await Deno.open(path, { write: true, createNew: true });
  const staged = new StagedFile(file);
  const writer = new PieceWriter();
  writer.reset(undefined, table.schema);
  let rows = 0;
  const batches = table instanceof TableStream ? table.batches() : table.batches;
  let writing = Promise.resolve();
  try {
    for await (const batch of batches) {
      if (batch.numRows === 0) continue;
      writer.write(alignedBatch(table.schema, batch));
      rows += batch.numRows;
      await writing;
      // While these are written, the next batch is made.
      writing = appendAll(staged, writer.take());
      writing.catch(() => {});
    }
  } finally {
    await writing;
  }
  writer.close();
  await appendAll(staged, writer.take());
  await staged.flush();
  return { rows, bytes: staged.bytes };
}

async function appendAll(staged: StagedFile, pieces: readonly Uint8Array[]): Promise<void> {
  for (const piece of pieces) await staged.append(piece);
}

/** The bytes of a stream file that holds `batches`, in pieces. */
export function ipcPieces(schema: Schema, batches: Iterable<RecordBatch>): Uint8Array[] {
  const writer = new PieceWriter();
  writer.reset(undefined, schema);
  for (const batch of batches) writer.write(alignedBatch(schema, batch));
  writer.close();
  return writer.take();
}

/** The batches of a stream file that begins at `position` of an open file, each read when asked for.
 *
 * @param scratch where a batch lies until the next is asked for */
export function* ipcAt(
  file: Deno.FsFile,
  position: number,
  scratch: Scratch,
): Generator<RecordBatch> {
  file.seekSync(position, Deno.SeekMode.Start);
  const reader = readerOf(file, scratch);
  for (const batch of reader) {
    const next = file.seekSync(0, Deno.SeekMode.Current);
    yield batch;
    scratch.clear();
    file.seekSync(next, Deno.SeekMode.Start);
  }
}

/** Arrow's writer, with its pieces handed over as they are made instead of queued. */
class PieceWriter extends RecordBatchStreamWriter {
  #pieces: Uint8Array[] = [];

  /** The pieces since the last call, in order. */
  take(): Uint8Array[] {
    const pieces = this.#pieces;
    this.#pieces = [];
    return pieces;
  }

  protected override _write(chunk: ArrayBufferView): this {
    if (this._started && chunk.byteLength > 0) {
      this.#pieces.push(new Uint8Array(chunk.buffer, chunk.byteOffset, chunk.byteLength));
      this._position += chunk.byteLength;
    }
    return this;
  }
}

/** Reads a whole file that `writeIpc` or any other writer of Arrow IPC made.
 *
 * @throws {Error} where the file is no Arrow file or was cut short */
export function readIpc<Row = UnknownRow>(path: string): Promise<Table<Row>> {
  return Promise.resolve().then(() => {
    const { schema, batches } = openIpc(path);
    return tableFromBatches(schema, [...batches]);
  });
}

/** Reads a file batch by batch, as the batches are asked for. */
export function scanIpc<Row = UnknownRow>(path: string): Promise<TableStream<Row>> {
  return Promise.resolve().then(() => {
    const opened = openIpc(path);
    return new TableStream<Row>(opened.schema, new FileBatches(path, opened));
  });
}

/** The batches of a file, read once. Who may not wait for them opens the file anew instead. */
export class FileBatches implements AsyncIterable<RecordBatch>, Disposable {
  readonly path: string;
  readonly #opened: OpenIpc;

  constructor(path: string, opened: OpenIpc) {
    this.path = path;
    this.#opened = opened;
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<RecordBatch> {
    yield* this.#opened.batches;
  }

  [Symbol.dispose](): void {
    this.#opened[Symbol.dispose]();
  }
}

/** The batches of a stream, each used up when the next is asked for: those of a file lie where the one before
 *  them lay, since new buffers would fill memory until the collector looks. */
export function passingBatches(
  stream: TableStream<unknown>,
): AsyncIterable<RecordBatch> | Iterable<RecordBatch> {
  const batches = stream.batches();
  if (!(batches instanceof FileBatches)) return batches;
  batches[Symbol.dispose]();
  return openIpc(batches.path, new Scratch()).batches;
}

/** A file that is closed behind its last batch, when the batches are returned, or when it is disposed of. */
export interface OpenIpc extends Disposable {
  readonly schema: Schema;
  readonly batches: Generator<RecordBatch>;
}

/** A file's schema and its batches, each read when it is asked for, without waiting.
 *
 * @param scratch where a batch lies until the next is asked for; in buffers of its own by default */
export function openIpc(path: string, scratch?: Scratch): OpenIpc {
  const file = Deno.openSync(path, { read: true });
  let isOpen = true;
  const close = () => {
    if (isOpen) file.close();
    isOpen = false;
  };
  try {
    refuseCut(file, path);
    const reader = readerOf(file, scratch);
    const batches = batchesOf(reader, { path, scratch, close });
    return { schema: reader.schema, batches, [Symbol.dispose]: close };
  } catch (cause) {
    close();
    throw cause instanceof IpcError ? cause : new IpcError(path, cause);
  }
}

function* batchesOf(
  reader: Iterable<RecordBatch>,
  { path, scratch, close }: {
    readonly path: string;
    readonly scratch: Scratch | undefined;
    readonly close: () => void;
  },
): Generator<RecordBatch> {
  try {
    for (const batch of reader) {
      if (batch.numRows > 0) yield batch;
      scratch?.clear();
    }
  } catch (cause) {
    throw new IpcError(path, cause);
  } finally {
    close();
  }
}

/** A reader that knows its schema. Dictionaries stay for all batches, so with them each lies for itself. */
function readerOf(file: Deno.FsFile, scratch: Scratch | undefined): RecordBatchReader {
  let room = ownRoom;
  const reader = RecordBatchReader.from(new FileBytes(file, (bytes) => room(bytes)));
  reader.open();
  if (scratch && reader.schema.dictionaries.size === 0) room = scratch.take;
  return reader;
}

/** The file holds no Arrow data, or not all of it. */
class IpcError extends Error {
  override readonly name = "IpcError";

  constructor(path: string, cause?: unknown) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    super(`Cannot read ${path} as an Arrow file: ${reason}`, { cause });
  }
}

/** A stream ends with a mark; one that lacks it was cut short, whatever its batches say. */
function refuseCut(file: Deno.FsFile, path: string): void {
  const { size } = file.statSync();
  const head = readAt(file, 0, 6);
  const tail = readAt(file, Math.max(0, size - 8), 8);
  file.seekSync(0, Deno.SeekMode.Start);
  if (new TextDecoder("latin1").decode(head) === FILE_MAGIC) return;
  const isStream = head[0] === 255 && head[1] === 255 && head[2] === 255 && head[3] === 255;
  if (!isStream) throw new IpcError(path, "it does not begin like one");
  const isWhole = tail.every((byte, index) => byte === (index < 4 ? 255 : 0));
  if (!isWhole) throw new IpcError(path, "it lacks its end, so it was cut short");
}
