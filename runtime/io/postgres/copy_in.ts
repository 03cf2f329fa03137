/** Sends a table or a stream by COPY in binary format, never further ahead than the socket takes. @module */
import { once } from "node:events";
import type { RecordBatch } from "apache-arrow";
import type { Client } from "pg";
import type { CopyStreamQuery } from "pg-copy-streams";
import { type Table, TableStream } from "../../table/table.ts";
import { ProgressReport } from "../progress_report.ts";
import type { PgType } from "./column_type.ts";
import { COPY_HEADER, COPY_TRAILER, CopyEncoder } from "./encode/copy_rows.ts";
import { quoteIdentifier } from "./sql_text.ts";
import { Waiting } from "./waiting.ts";

/** Where several copies share a table, what one of them takes at a time. */
const PIECE_ROWS = 1 << 14;
/** What the socket may hold that the server has not taken yet. */
const WAITING_BYTES = 1 << 20;

export interface CopyOptions {
  readonly columns: readonly { readonly name: string; readonly type: PgType }[];
  /** The table, as SQL has it. */
  readonly into: string;
  /** Frozen rows need no later vacuum: for tables that the same transaction made or truncated. */
  readonly isFrozen: boolean;
  readonly signal: AbortSignal | undefined;
}

/** A batch and how many rows of the whole stand before it. */
export interface PlacedBatch {
  readonly batch: RecordBatch;
  readonly firstRow: number;
}

/** The batches of `data`, for one copy or for several that share them; the progress is told under `label`. */
export async function* placedBatches(
  data: Table<unknown> | TableStream<unknown>,
  label: string,
): AsyncGenerator<PlacedBatch, void> {
  const total = data instanceof TableStream ? undefined : data.numRows;
  const progress = new ProgressReport(label, "rows", total);
  let firstRow = 0;
  for await (const batch of data instanceof TableStream ? data.batches() : piecesOf(data)) {
    yield { batch, firstRow };
    progress.update(firstRow += batch.numRows);
  }
  progress.finish(firstRow);
}

function* piecesOf({ batches }: Table<unknown>): Generator<RecordBatch> {
  for (const batch of batches) {
    if (batch.numRows <= PIECE_ROWS) yield batch;
    else {
      for (let start = 0; start < batch.numRows; start += PIECE_ROWS) {
        yield batch.slice(start, start + PIECE_ROWS);
      }
    }
  }
}

/** Copies the rows in. What ends it early ends `batches` as well, and so the copies that share them.
 *
 * @returns how many rows the server took.
 * @throws what reading or encoding a batch threw, or the server's error; no row is kept then. */
export async function copyIn(
  client: Client,
  batches: AsyncIterable<PlacedBatch>,
  { columns, into, isFrozen, signal }: CopyOptions,
): Promise<number> {
  const { from } = await import("pg-copy-streams");
  const list = columns.map(({ name }) => quoteIdentifier(name)).join(", ");
  const options = isFrozen ? "format binary, freeze true" : "format binary";
  const statement = `copy ${into} (${list}) from stdin with (${options})`;
  const copy = client.query(from(statement, { highWaterMark: WAITING_BYTES }));
  const ended = new Promise<void>((resolve, reject) => {
    copy.once("finish", resolve);
    // a connection that breaks may say so more than once
    copy.on("error", (failure) => {
      // or what the socket had no room for is sent to a connection that is gone
      copy.destroy();
      reject(failure);
    });
  });
  // whoever awaits it hears of it; until then it is nobody's
  ended.catch(() => {});
  using waiting = new Waiting(ended, signal);
  try {
    const encoder = new CopyEncoder(columns);
    copy.write(COPY_HEADER);
    for await (const { batch, firstRow } of untilOver(batches, waiting)) {
      for (const piece of encoder.encode(batch, firstRow)) {
        signal?.throwIfAborted();
        if (!copy.write(piece)) await waiting.for(once(copy, "drain"));
      }
    }
    copy.end(COPY_TRAILER);
    await ended;
    return copy.rowCount;
  } catch (failure) {
    await stop(copy, ended, failure);
    throw failure;
  }
}

/** Ends when the server has given up, and throws when the run is cancelled. */
async function* untilOver(
  batches: AsyncIterable<PlacedBatch>,
  waiting: Waiting,
): AsyncGenerator<PlacedBatch> {
  const reading = batches[Symbol.asyncIterator]();
  try {
    for (;;) {
      const next = await waiting.for(reading.next());
      if (next === undefined || next.done) return;
      yield next.value;
    }
  } finally {
    void reading.return?.();
  }
}

/** Tells the server that the copy failed and waits for its word, unless it has given up itself. */
async function stop(copy: CopyStreamQuery, ended: Promise<void>, failure: unknown): Promise<void> {
  if (copy.destroyed || copy.writableFinished) return;
  copy.destroy(failure instanceof Error ? failure : new Error(String(failure)));
  await ended.catch(() => {});
}
