/** Ends what a server is doing for a connection when its run is cancelled. @module */
import type { Client } from "pg";
import type { WireConnection } from "./wire.ts";

/** How long the server may take to give up before the connection is cut. */
const GRACE_MS = 1000;

interface Cancellable {
  readonly host: string;
  readonly port: number;
  readonly ssl: boolean | object;
  readonly processID: number;
  readonly secretKey: number;
  readonly connection: WireConnection;
}

/** Calls `work`; when `signal` aborts meanwhile, the server is told to cancel, and the connection is cut
 *  where that does not end it.
 *
 * @throws the signal's reason once it has aborted. */
export async function cancellable<Result>(
  client: Client,
  signal: AbortSignal | undefined,
  work: () => Promise<Result>,
): Promise<Result> {
  if (!signal) return await work();
  signal.throwIfAborted();
  let cutting: ReturnType<typeof setTimeout> | undefined;
  const cancel = () => {
    cutting = setTimeout(() => cut(client), GRACE_MS);
    void requestCancel(client);
  };
  signal.addEventListener("abort", cancel, { once: true });
  try {
    return await work();
  } catch (failure) {
    signal.throwIfAborted();
    throw failure;
  } finally {
    clearTimeout(cutting);
    signal.removeEventListener("abort", cancel);
  }
}

/** Ends the connection at once; what it was doing is rolled back by the server. */
export function cut(client: Client): void {
  (client as unknown as Cancellable).connection.stream.destroy(new Error("the connection was cut"));
}

/** Asks the server, over a connection of its own, to cancel what `client` runs. */
export async function requestCancel(client: Client): Promise<void> {
  const { default: pg } = await import("pg");
  const { host, port, ssl, processID, secretKey } = client as unknown as Cancellable;
  const connection = new pg.Connection({ ssl } as never) as unknown as CancelConnection;
  await new Promise<void>((resolve) => {
    const send = () => {
      connection.cancel(processID, secretKey);
      connection.stream.end();
    };
    connection.on("connect", () => ssl ? connection.requestSsl() : send());
    connection.on("sslconnect", send);
    connection.on("error", () => resolve());
    connection.on("end", () => resolve());
    connection.connect(port, host);
  });
}

interface CancelConnection {
  readonly stream: { end(): void };
  on(event: "connect" | "sslconnect" | "error" | "end", listener: () => void): void;
  connect(port: number, host: string): void;
  requestSsl(): void;
  cancel(processID: number, secretKey: number): void;
}
