/** Writes tables as Arrow IPC files. @module */
import { RecordBatchFileWriter } from "apache-arrow";
import { alignedBatch } from "../../table/aligned_batch.ts";
import { writeIpc } from "../../table/ipc.ts";
import { TableStream } from "../../table/table.ts";
import { checkWrite } from "../check_write.ts";
import type { Rows } from "./copy_to.ts";
import { type FileWriteOptions, type FileWritten, writeFile } from "./write_file.ts";

/** `writeArrow` itself; writers.ts tells what it does. */
export async function writeArrow(
  table: Rows,
  path: string | URL,
  options: FileWriteOptions = {},
): Promise<FileWritten> {
  checkWrite(table, path, options.ifExists);
  return await writeFile(path, options, async (staged, previous) => {
    if (previous !== undefined) {
      throw new Error(
        `Cannot append to ${path}: an Arrow file is closed by its end mark; write a dataset with writePartitioned, or replace it`,
      );
    }
    if (/\.arrows$/i.test(String(path))) return (await writeIpc(table, staged)).rows;
    return await writeFileFormat(table, staged);
  });
}

async function writeFileFormat(table: Rows, path: string): Promise<number> {
  using file = await Deno.open(path, { write: true, createNew: true });
  const writer = new PieceWriter();
  writer.reset(undefined, table.schema);
  let rows = 0;
  for await (const batch of table instanceof TableStream ? table.batches() : table.batches) {
    if (batch.numRows === 0) continue;
    writer.write(alignedBatch(table.schema, batch));
    rows += batch.numRows;
    for (const piece of writer.take()) await writeAll(file, piece);
  }
  writer.close();
  for (const piece of writer.take()) await writeAll(file, piece);
  return rows;
}

/** Arrow's writer, with its pieces handed over as they are made instead of queued. */
class PieceWriter extends RecordBatchFileWriter {
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

async function writeAll(file: Deno.FsFile, bytes: Uint8Array): Promise<void> {
  for (let written = 0; written < bytes.length;) {
    written += await file.write(bytes.subarray(written));
  }
}
