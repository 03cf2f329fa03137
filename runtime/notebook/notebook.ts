/** A notebook as data: its cells, what their headers say and where. Types alone. @module */
import type { CompileError } from "./compile_error.ts";

export type BlockKind = "loader" | "transformer" | "exporter" | "sensor" | "custom" | "callback";

export interface Retry {
  /** All tries together, the first included. */
  readonly attempts: number;
  readonly delayMs: number;
  readonly backoff: "fixed" | "exponential";
}

export type IfExists = "fail" | "replace" | "append";

/** Line and column in a cell, from 1. */
export interface Position {
  readonly line: number;
  readonly column: number;
}

/** What makes a cell a block. */
export interface Header {
  readonly kind: BlockKind;
  readonly name: string;
  readonly upstream: readonly string[];
  readonly retry: Retry | undefined;
  readonly timeoutMs: number | undefined;
  readonly description: string | undefined;
  /** For callbacks: the blocks it listens to; empty means the whole run. */
  readonly of: readonly string[];
  /** For SQL exporters: where the result goes. */
  readonly table: string | undefined;
  readonly ifExists: IfExists | undefined;
  /** Where a key's value stands; the header's first line for keys of the JSON metadata. */
  position(key: string): Position;
}

/** The `%%sql` line of a SQL cell. */
export interface SqlLine {
  /** Lines before it, counted from 0. */
  readonly line: number;
  readonly connection: "duckdb" | "postgres" | "bigquery";
  readonly profile: string | undefined;
  /** The name that `-o` gives the result. */
  readonly output: string | undefined;
}

export interface NotebookCell {
  /** The cell's number in the notebook, Markdown included, from 1. */
  readonly index: number;
  readonly type: "code" | "markdown" | "raw";
  readonly id: string | undefined;
  /** Lines end with `\n` alone. */
  readonly source: string;
  readonly tags: readonly string[];
  readonly header: Header | undefined;
  readonly sql: SqlLine | undefined;
  /** Lines at the top that are the header's or SQL's own and no code, counted from 1; 0 where none. */
  readonly headerLines: number;
  /** A header was meant, but could not be read: the cell is some block, nobody knows which. */
  readonly isBroken: boolean;
}

export type PermissionName = "read" | "write" | "net" | "env" | "run" | "ffi" | "sys";
export type Permissions = Readonly<Partial<Record<PermissionName, readonly string[] | boolean>>>;

export interface Notebook {
  /** Absolute path. */
  readonly path: string;
  readonly cells: readonly NotebookCell[];
  readonly permissions: Permissions | undefined;
  /** As the metadata says it, else as the first Markdown cell does. */
  readonly description: string | undefined;
  /** What is wrong in headers and metadata; the cells beside them can still be judged. */
  readonly errors: readonly CompileError[];
}
