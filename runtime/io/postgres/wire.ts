/** The parts of npm:pg that queries in binary format need and its type package leaves out. @module */
import type { Client } from "pg";

/** A connection's side of the protocol. */
export interface WireConnection {
  readonly stream: WireStream;
  parse(message: { text: string; name: string; types: readonly number[] }): void;
  bind(
    message: { portal: string; statement: string; values: readonly unknown[]; binary: boolean },
  ): void;
  describe(message: { type: "S" | "P"; name: string }): void;
  execute(message: { portal: string; rows: number }): void;
  sync(): void;
}

/** The socket, plain or TLS. */
export interface WireStream {
  listeners(event: "data"): ((chunk: Uint8Array) => void)[];
  on(event: "data", listener: (chunk: Uint8Array) => void): void;
  off(event: "data", listener: (chunk: Uint8Array) => void): void;
  pause(): void;
  resume(): void;
  destroy(reason?: Error): void;
  cork(): void;
  uncork(): void;
}

/** What pg calls while a query of ours is the one that runs. */
export interface WireQuery {
  submit(connection: WireConnection): void;
  handleRowDescription(message: { readonly fields: readonly WireField[] }): void;
  handleError(error: Error): void;
  handleReadyForQuery(): void;
  handleCommandComplete(message: { readonly text: string }): void;
  handleDataRow(): void;
  handleEmptyQuery(): void;
  handlePortalSuspended(): void;
  handleCopyInResponse(): void;
  handleCopyData(): void;
}

export interface WireField {
  readonly name: string;
  readonly dataTypeID: number;
  readonly dataTypeModifier: number;
}

/** Hands a query of ours to pg, which calls it when its turn has come. */
export function submit(client: Client, query: WireQuery): void {
  (client as unknown as { query(query: WireQuery): void }).query(query);
}

/** What every query of ours does with messages that it does not expect. */
export const IGNORING = {
  handleRowDescription() {},
  handleCommandComplete() {},
  handleDataRow() {},
  handleEmptyQuery() {},
  handlePortalSuspended() {},
  handleCopyInResponse() {},
  handleCopyData() {},
} as const;
