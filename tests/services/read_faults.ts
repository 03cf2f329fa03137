/** A real gRPC server in front of BigQuery's Storage Read that fails as a test tells it to: it refuses calls,
 *  breaks streams off after some messages, and stalls. What no fault meets goes through unchanged. @module */
import * as grpc from "@grpc/grpc-js";

/** What becomes of a call. */
export type ReadFault =
  /** Refused with a gRPC status. */
  | { readonly kind: "refuse"; readonly code: grpc.status; readonly message: string }
  /** Ended with `UNAVAILABLE` once so many messages of its answer are through. */
  | { readonly kind: "break"; readonly after: number }
  /** Taken and never answered. */
  | { readonly kind: "stall" };

/** A call as the front saw it. */
export interface SeenCall {
  readonly method: "CreateReadSession" | "ReadRows";
  readonly metadata: Readonly<Record<string, unknown>>;
  readonly request: Uint8Array;
  /** Whether the client gave it up before its end. */
  wasCancelled: boolean;
}

/** A listening front; disposing of it ends it. */
export interface ReadFront extends AsyncDisposable {
  /** As profiles name it. */
  readonly url: string;
  readonly seen: readonly SeenCall[];
}

const SERVICE = "/google.cloud.bigquery.storage.v1.BigQueryRead";

/** Serves in front of `target`, a host with its port.
 *
 * @param fault says what becomes of the n-th call, counted from 0; undefined lets it through */
export async function serveReadFaults(
  target: string,
  fault: (seen: SeenCall, index: number) => ReadFault | undefined = () => undefined,
): Promise<ReadFront> {
  const seen: SeenCall[] = [];
  const client = new grpc.Client(target, grpc.credentials.createInsecure(), UNLIMITED);
  const server = new grpc.Server(UNLIMITED);

  function meet(method: SeenCall["method"], request: Uint8Array, metadata: grpc.Metadata) {
    const call: SeenCall = { method, request, metadata: metadata.getMap(), wasCancelled: false };
    return { call, how: fault(call, seen.push(call) - 1) };
  }

  const begin: grpc.handleUnaryCall<Buffer, Buffer> = ({ request, metadata }, answer) => {
    const { how } = meet("CreateReadSession", request, metadata);
    if (how?.kind === "refuse") return answer({ code: how.code, details: how.message });
    const path = `${SERVICE}/CreateReadSession`;
    client.makeUnaryRequest(path, same, same, request, metadata, answer);
  };

  const rows: grpc.handleServerStreamingCall<Buffer, Buffer> = (asked) => {
    const { call, how } = meet("ReadRows", asked.request, asked.metadata);
    let isOver = false;
    const refuse = (code: grpc.status, details: string) => {
      isOver = true;
      asked.emit("error", { code, details });
    };
    asked.on("cancelled", () => call.wasCancelled = !isOver);
    if (how?.kind === "stall") return;
    if (how?.kind === "refuse") return refuse(how.code, how.message);
    const path = `${SERVICE}/ReadRows`;
    const source = client.makeServerStreamRequest(path, same, same, asked.request, asked.metadata);
    asked.on("cancelled", () => source.cancel());
    let left = how?.after ?? Infinity;
    source.on("data", (message) => {
      if (left-- > 0) return asked.write(message);
      source.cancel();
      refuse(grpc.status.UNAVAILABLE, "the connection broke off");
    });
    source.on("end", () => {
      isOver = true;
      asked.end();
    });
    source.on("error", ({ code, details }: grpc.ServiceError) => {
      if (code !== grpc.status.CANCELLED) refuse(code, details);
    });
  };

  server.addService({
    CreateReadSession: { ...TOLD, path: `${SERVICE}/CreateReadSession`, responseStream: false },
    ReadRows: { ...TOLD, path: `${SERVICE}/ReadRows`, responseStream: true },
  }, { CreateReadSession: begin, ReadRows: rows });
  const port = await new Promise<number>((resolve, reject) =>
    server.bindAsync(
      "127.0.0.1:0",
      grpc.ServerCredentials.createInsecure(),
      (failure, bound) => failure ? reject(failure) : resolve(bound),
    )
  );
  return {
    url: `http://127.0.0.1:${port}`,
    seen,
    [Symbol.asyncDispose]() {
      client.close();
      server.forceShutdown();
      return Promise.resolve();
    },
  };
}

const UNLIMITED = { "grpc.max_receive_message_length": -1, "grpc.max_send_message_length": -1 };

function same(bytes: Buffer): Buffer {
  return bytes;
}

const TOLD = {
  requestStream: false,
  requestSerialize: same,
  requestDeserialize: same,
  responseSerialize: same,
  responseDeserialize: same,
};
