/** Speaks to BigQuery's Storage Read, over gRPC: begins a session on a table, then takes its rows.
 *
 *  grpc-js itself, not the client library above it, which loads four times as long, brings a second
 *  google-auth-library, and tells the end of a failed stream only seconds later. @module */
import type { Client, ClientReadableStream, Metadata, ServiceError } from "@grpc/grpc-js";
import { ApiError } from "./api_error.ts";
import { namedTarget } from "./host_names.ts";
import type { TableReference } from "./job.ts";
import {
  ARROW,
  type Messages,
  readMessages,
  type ReadRowsResponse,
  type ReadSession,
} from "./read_messages.ts";
import type { Service } from "./service.ts";

const SERVICE = "/google.cloud.bigquery.storage.v1.BigQueryRead";

/** A connection to Storage Read. */
export interface ReadClient extends Disposable {
  /** Begins to read a table: one stream, for only in one are rows in the query's order.
   *
   * @throws {ApiError} where the server refuses. */
  begin(table: TableReference, signal: AbortSignal | undefined): Promise<ReadSession>;
  /** The rows of a stream behind the first `offset` ones, as messages of Arrow.
   *
   * @throws {ApiError} where the server refuses, or the connection breaks. */
  rows(
    stream: string,
    offset: number,
    signal: AbortSignal | undefined,
  ): AsyncGenerator<Uint8Array>;
}

/** Opens a connection to `endpoint`, an URL: `http:` for one in plain text, as emulators have it. */
export async function openReadClient(service: Service, endpoint: string): Promise<ReadClient> {
  const [grpc, messages] = await Promise.all([import("@grpc/grpc-js"), readMessages()]);
  const { timeoutMs } = service.retry;
  const url = new URL(endpoint);
  const credentials = url.protocol === "http:"
    ? grpc.credentials.createInsecure()
    : grpc.credentials.createSsl();
  const client = new grpc.Client(namedTarget(grpc, url), credentials, {
    "grpc.max_receive_message_length": -1,
  });
  /** The header by which the server finds the table's location, and those that name the caller. */
  const metadata = async (key: string, value: string) => {
    const found = new grpc.Metadata();
    found.set("x-goog-request-params", `${key}=${encodeURIComponent(value)}`);
    for (const [name, text] of Object.entries(await service.authorize())) found.set(name, text);
    return found;
  };
  return {
    async begin(table, signal) {
      const path = tablePath(table);
      const request = messages.encode("CreateReadSessionRequest", {
        parent: `projects/${service.profile.project}`,
        readSession: { table: path, dataFormat: ARROW },
        maxStreamCount: 1,
      });
      const sent = await metadata("read_session.table", path);
      const answer = await unary(client, { request, metadata: sent, signal, timeoutMs });
      return messages.decode<ReadSession>("ReadSession", answer);
    },
    async *rows(stream, offset, signal) {
      const request = messages.encode("ReadRowsRequest", { readStream: stream, offset });
      const call = client.makeServerStreamRequest(
        `${SERVICE}/ReadRows`,
        asBuffer,
        (bytes: Buffer) => bytes,
        request,
        await metadata("read_stream", stream),
      );
      yield* received(call, { messages, signal, timeoutMs });
    },
    [Symbol.dispose]: () => client.close(),
  };
}

function tablePath({ projectId, datasetId, tableId }: TableReference): string {
  return `projects/${projectId}/datasets/${datasetId}/tables/${tableId}`;
}

function asBuffer(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

interface Patience {
  readonly signal: AbortSignal | undefined;
  /** No message for so long counts as a broken connection. */
  readonly timeoutMs: number;
}

async function unary(
  client: Client,
  { request, metadata, signal, timeoutMs }: Patience & {
    readonly request: Uint8Array;
    readonly metadata: Metadata;
  },
): Promise<Uint8Array> {
  signal?.throwIfAborted();
  const { promise, resolve, reject } = Promise.withResolvers<Uint8Array>();
  const call = client.makeUnaryRequest<Uint8Array, Uint8Array>(
    `${SERVICE}/CreateReadSession`,
    asBuffer,
    (bytes) => bytes,
    request,
    metadata,
    { deadline: Date.now() + timeoutMs },
    (failure, answer) => failure ? reject(apiErrorOf(failure)) : resolve(answer!),
  );
  return await cancelledWith(signal, () => call.cancel(), () => promise);
}

/** What a stream's messages carry; the call ends with the reader. A reader that takes its time holds the
 *  server back. */
async function* received(
  call: ClientReadableStream<Uint8Array>,
  { messages, signal, timeoutMs }: Patience & { readonly messages: Messages },
): AsyncGenerator<Uint8Array> {
  // a call that is cancelled tells so when nobody listens any more
  call.on("error", () => {});
  const iterator = call[Symbol.asyncIterator]() as AsyncIterator<Uint8Array>;
  try {
    for (;;) {
      const { done, value } = await cancelledWith(
        signal,
        () => call.cancel(),
        () => next(iterator, timeoutMs),
      );
      if (done) return;
      const { arrowRecordBatch } = messages.decode<ReadRowsResponse>("ReadRowsResponse", value);
      if (arrowRecordBatch) yield arrowRecordBatch.serializedRecordBatch;
    }
  } finally {
    call.cancel();
  }
}

async function next(
  iterator: AsyncIterator<Uint8Array>,
  timeoutMs: number,
): Promise<IteratorResult<Uint8Array>> {
  const { promise, reject } = Promise.withResolvers<never>();
  const late = () => reject(new ApiError(`no rows came within ${timeoutMs / 1000} s`, 0, ""));
  const timer = setTimeout(late, timeoutMs);
  try {
    return await Promise.race([iterator.next(), promise]);
  } catch (failure) {
    throw failure instanceof ApiError ? failure : apiErrorOf(failure as ServiceError);
  } finally {
    clearTimeout(timer);
  }
}

/** @throws the signal's reason, when it is what ended the work. */
async function cancelledWith<Result>(
  signal: AbortSignal | undefined,
  cancel: () => void,
  work: () => Promise<Result>,
): Promise<Result> {
  signal?.throwIfAborted();
  signal?.addEventListener("abort", cancel, { once: true });
  try {
    return await work();
  } catch (failure) {
    signal?.throwIfAborted();
    throw failure;
  } finally {
    signal?.removeEventListener("abort", cancel);
  }
}

/** gRPC's codes, as the HTTP statuses and reasons that mean the same. */
const STATUSES: Readonly<Record<number, readonly [status: number, reason: string]>> = {
  2: [500, "internalError"],
  3: [400, "invalid"],
  4: [504, "deadlineExceeded"],
  5: [404, "notFound"],
  7: [403, "accessDenied"],
  8: [429, "quotaExceeded"],
  10: [503, "backendError"],
  12: [501, "notImplemented"],
  13: [500, "internalError"],
  14: [503, "backendError"],
  16: [401, "authError"],
};

function apiErrorOf(failure: ServiceError): ApiError {
  const [status, reason] = STATUSES[failure.code] ?? [400, ""];
  return new ApiError(failure.details || failure.message, status, reason, { cause: failure });
}
