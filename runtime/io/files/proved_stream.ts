/** Runs a reader's query while the compressed files behind it are proved whole. @module */
import type { RecordBatch, Schema } from "apache-arrow";
import { streamFromQuery } from "../../table/duckdb_to_arrow.ts";
import type { Engine } from "../../table/engine.ts";
import { checkWhole } from "./compression.ts";
import type { SourceFile } from "./locate.ts";

/** A query's schema and its batches, read once. */
export interface ProvedStream {
  readonly schema: Schema;
  readonly batches: AsyncIterable<RecordBatch>;
}

/** Starts `sql`; the last batch is held back until every file is known to be whole.
 *
 * @param explain turns the query's failure into the error to throw
 * @throws {Error} for a file that is truncated or damaged, whatever the query says */
export async function provedStream(
  engine: Engine,
  sql: string,
  files: readonly SourceFile[],
  explain: (failure: unknown) => Promise<unknown>,
): Promise<ProvedStream> {
  const proof = Promise.all(
    files.map((file) => checkWhole(file.path, file.name, file.compression)),
  );
  proof.catch(() => {});
  const fail = async (failure: unknown) => {
    await proof;
    throw await explain(failure);
  };
  const stream = await streamFromQuery(engine, sql).catch(fail);
  async function* batches(): AsyncGenerator<RecordBatch, void, undefined> {
    let held: RecordBatch | undefined;
    try {
      for await (const batch of stream.batches()) {
        if (held) yield held;
        held = batch;
      }
    } catch (failure) {
      await fail(failure);
    }
    await proof;
    if (held) yield held;
  }
  return { schema: stream.schema, batches: batches() };
}

/** Ends what a stream stands on when the stream is read or left. */
export async function* disposing(
  owned: AsyncDisposable,
  batches: AsyncIterable<RecordBatch>,
): AsyncGenerator<RecordBatch, void, undefined> {
  try {
    yield* batches;
  } finally {
    await owned[Symbol.asyncDispose]();
  }
}
