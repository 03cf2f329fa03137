/** Runs a query by the extended protocol, its results in binary: pg reads all messages but the rows, which
 *  are decoded straight from the socket's chunks. @module */
import { Buffer } from "node:buffer";
import type { Client } from "pg";
import type { QueryText } from "../sql_text.ts";
import { IGNORING, submit, type WireConnection, type WireField, type WireQuery } from "../wire.ts";

const DATA_ROW = "D".charCodeAt(0);
const READY_FOR_QUERY = "Z".charCodeAt(0);
const HEADER = 5;

/** Asks the server to prepare the query and tells what it would return. */
export function describeQuery(client: Client, text: string): Promise<readonly WireField[]> {
  return new Promise((resolve, reject) => {
    let fields: readonly WireField[] = [];
    submit(client, {
      ...IGNORING,
      submit(connection) {
        connection.stream.cork();
        connection.parse({ text, name: "", types: [] });
        connection.describe({ type: "S", name: "" });
        connection.sync();
        connection.stream.uncork();
      },
      handleRowDescription: (message) => void (fields = message.fields),
      handleError: reject,
      handleReadyForQuery: () => resolve(fields),
    });
  });
}

/** Reads one row: the number of fields at `at`, then each field's length and bytes. */
export type ReadRow = (bytes: Uint8Array, view: DataView, at: number) => void;

/** The running query's hold on its rows. */
export interface RowFlow {
  /** Stops reading from the server until `resume`. */
  pause(): void;
  resume(): void;
}

/** Executes the prepared query; `readRow` is called for each row as it arrives.
 *
 * @throws what `readRow` threw, or the server's error, when the server is ready for the next query. */
export function executeQuery(
  client: Client,
  values: QueryText["values"],
  readRow: ReadRow,
  start: (flow: RowFlow) => void = () => {},
): Promise<void> {
  return new Promise((resolve, reject) => {
    let tap: RowTap | undefined;
    const query: WireQuery = {
      ...IGNORING,
      submit(connection) {
        tap = new RowTap(connection, readRow);
        start(connection.stream);
        connection.stream.cork();
        connection.bind({ portal: "", statement: "", values: values.map(sendable), binary: true });
        connection.execute({ portal: "", rows: 0 });
        connection.sync();
        connection.stream.uncork();
      },
      handleError(error) {
        reject(tap?.failure ?? error);
      },
      handleReadyForQuery() {
        if (tap?.failure !== undefined) reject(tap.failure);
        else resolve();
      },
    };
    submit(client, query);
  });
}

/** pg takes any other bytes for a text. */
function sendable(value: string | Uint8Array | null): string | Buffer | null {
  if (!(value instanceof Uint8Array)) return value;
  return Buffer.from(value.buffer, value.byteOffset, value.byteLength);
}

/** Stands between the socket and pg while one query runs. */
class RowTap {
  /** The first thing that reading a row threw; later rows are passed over. */
  failure: unknown;
  readonly #connection: WireConnection;
  readonly #readRow: ReadRow;
  readonly #listeners: readonly ((chunk: Uint8Array) => void)[];
  #rest: Uint8Array[] = [];
  #restBytes = 0;
  #needed = HEADER;

  constructor(connection: WireConnection, readRow: ReadRow) {
    this.#connection = connection;
    this.#readRow = readRow;
    const { stream } = connection;
    this.#listeners = stream.listeners("data");
    for (const listener of this.#listeners) stream.off("data", listener);
    stream.on("data", this.#take);
  }

  #take = (chunk: Uint8Array): void => {
    if (this.#restBytes + chunk.length < this.#needed) {
      this.#rest.push(chunk);
      this.#restBytes += chunk.length;
      return;
    }
    const bytes = this.#restBytes === 0 ? chunk : Buffer.concat([...this.#rest, chunk]);
    this.#rest = [];
    this.#restBytes = 0;
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    let at = 0;
    while (at + HEADER <= bytes.length) {
      const end = at + 1 + view.getInt32(at + 1);
      if (end > bytes.length) break;
      if (bytes[at] === DATA_ROW) this.#row(bytes, view, at + HEADER);
      else if (this.#pass(bytes, at, end)) return;
      at = end;
    }
    if (at < bytes.length) {
      this.#rest.push(bytes.subarray(at));
      this.#restBytes = bytes.length - at;
    }
    const known = bytes.length - at >= HEADER;
    this.#needed = known ? 1 + view.getInt32(at + 1) : HEADER;
  };

  #row(bytes: Uint8Array, view: DataView, at: number): void {
    if (this.failure !== undefined) return;
    try {
      this.#readRow(bytes, view, at);
    } catch (failure) {
      this.failure = failure;
    }
  }

  /** Hands a message to pg; after the last one pg listens by itself again. */
  #pass(bytes: Uint8Array, at: number, end: number): boolean {
    const isLast = bytes[at] === READY_FOR_QUERY;
    const { stream } = this.#connection;
    if (isLast) {
      stream.off("data", this.#take);
      for (const listener of this.#listeners) stream.on("data", listener);
    }
    const passed = isLast ? bytes.subarray(at) : bytes.subarray(at, end);
    for (const listener of this.#listeners) listener(passed);
    return isLast;
  }
}
