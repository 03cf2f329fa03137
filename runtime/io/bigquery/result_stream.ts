/** A result by Storage Read: Arrow as it lies in memory, streamed, taken up again where a connection breaks.
 *  @module */
import type { RecordBatch as Batch, Schema } from "apache-arrow";
import { ApiError } from "./api_error.ts";
import { batchIn, isSameLayout, schemaIn } from "./arrow_rows.ts";
import type { TableReference } from "./job.ts";
import { openReadClient, type ReadClient } from "./read_client.ts";
import { tryAgain } from "./request.ts";
import type { Service } from "./service.ts";

/** There are still the pages. */
const BEGIN_ATTEMPTS = 3;

/** What is read. */
export interface ResultTable {
  /** Of Storage Read. */
  readonly endpoint: string;
  /** Where the query's result lies. */
  readonly table: TableReference;
  readonly schema: Schema;
  readonly totalRows: number;
  readonly signal: AbortSignal | undefined;
}

/** The result's batches; undefined where Storage Read does not answer this account, or has other types:
 *  then pages must do. */
export async function streamedBatches(
  service: Service,
  result: ResultTable,
): Promise<AsyncGenerator<Batch> | undefined> {
  const client = await openReadClient(service, result.endpoint);
  try {
    const session = await begun(service, client, result);
    if (session !== undefined) return batchesOf(service, client, { ...result, ...session });
  } catch (failure) {
    client[Symbol.dispose]();
    if (!(failure instanceof ApiError)) throw failure;
    console.warn(notice(service, failure));
    return undefined;
  }
  client[Symbol.dispose]();
  return undefined;
}

interface Begun {
  /** The message of the server's schema. */
  readonly theirs: Uint8Array;
  readonly stream: string;
}

async function begun(
  service: Service,
  client: ReadClient,
  { table, schema, signal }: ResultTable,
): Promise<Begun | undefined> {
  const attempts = Math.min(service.retry.attempts, BEGIN_ATTEMPTS);
  const hasty = service.withRetry({ attempts });
  const session = await tryAgain(hasty, () => client.begin(table, signal), signal);
  const theirs = session.arrowSchema.serializedSchema;
  const [stream] = session.streams;
  if (stream === undefined || !isSameLayout(schema, schemaIn(theirs))) return undefined;
  return { theirs, stream: stream.name };
}

async function* batchesOf(
  service: Service,
  client: ReadClient,
  { schema, totalRows, signal, theirs, stream }: ResultTable & Begun,
): AsyncGenerator<Batch> {
  using _client = client;
  let offset = 0;
  let rows = client.rows(stream, 0, signal);
  try {
    for (;;) {
      const { done, value } = await tryAgain(service, async (attempt) => {
        if (attempt > 1) rows = client.rows(stream, offset, signal);
        return await rows.next();
      }, signal);
      if (done) break;
      const batch = batchIn(value, theirs, schema);
      offset += batch.numRows;
      if (batch.numRows > 0) yield batch;
    }
  } finally {
    await rows.return(undefined);
  }
  if (offset !== totalRows) {
    throw new ApiError(`the result has ${totalRows} rows, ${offset} came; run it again`, 502, "");
  }
}

function notice({ profile }: Service, { message, status }: ApiError): string {
  const said = message.split("\n")[0]!.replace(/\.$/, "");
  const mend = status === 403 ? "; grant the role BigQuery Read Session User on the project" : "";
  return `BigQuery (profile ${profile.profile}) gives the result by pages, which is slower: ` +
    `Storage Read refused (${said})${mend}`;
}
