/** A compiled pipeline as data: what the compiler hands to everything that runs, lists or draws it.
 *  Types alone. @module */

import type { BlockKind, Permissions, Retry } from "../notebook/notebook.ts";

export type { BlockKind, Retry };

/** A variable that a block reads and the block that defines it. */
export interface Input {
  readonly name: string;
  readonly from: string;
}

export interface Block {
  readonly name: string;
  readonly kind: BlockKind;
  /** The cell's number in the notebook, Markdown included, from 1. */
  readonly cell: number;
  readonly inputs: readonly Input[];
  /** The variables that other blocks read. */
  readonly outputs: readonly string[];
  /** Every block that must have completed before: those of `inputs`, then the header's `upstream`. */
  readonly upstream: readonly string[];
  /** The parameters that the block reads, directly or through shared code. */
  readonly parameters: readonly string[];
  readonly retry: Retry;
  readonly timeoutMs: number | undefined;
  readonly description: string | undefined;
  /** For callbacks: the blocks it listens to; empty means the whole run. */
  readonly of: readonly string[];
  /** SHA-256 (hex) over the block's code, the shared code that it reaches and the local modules they import. */
  readonly hash: string;
}

export interface Parameter {
  readonly name: string;
  readonly cell: number;
  /** The default as it is written in the notebook. */
  readonly source: string;
}

/** A code cell that no block reaches and that runs leave out. */
export interface ScratchCell {
  readonly cell: number;
  readonly firstLine: string;
}

export interface Pipeline {
  /** The notebook's file name without `.ipynb`. */
  readonly name: string;
  readonly description: string | undefined;
  /** Absolute path. */
  readonly notebook: string;
  readonly parameters: readonly Parameter[];
  /** In the notebook's order. */
  readonly blocks: readonly Block[];
  readonly scratch: readonly ScratchCell[];
  /** Connections that cells name by literals, so that a run can try them before it starts. */
  readonly connections: readonly { readonly kind: string; readonly profile: string | undefined }[];
  readonly permissions: Permissions | undefined;
}

/** Where one emitted line came from; an entry of `null` is a line that the compiler wrote. */
export interface LineOrigin {
  readonly cell: number;
  /** Counted from 1, headers included. */
  readonly line: number;
  /** Columns that the emitter put before the cell's own text; negative where it took some away. */
  readonly indent: number;
  /** Where the emitter changed the line further on: from `column` (from 0) the indent is `indent`. */
  readonly shifts?: readonly { readonly column: number; readonly indent: number }[];
}

export interface CompiledPipeline {
  readonly pipeline: Pipeline;
  /** Absolute path of the emitted TypeScript module. */
  readonly module: string;
  /** One entry for each line of the module. */
  readonly lines: readonly (LineOrigin | null)[];
}

/** How an emitted module asks for a parameter: the override, converted to the default's type, or the default. */
export interface Given {
  (name: string, fallback: string): string;
  (name: string, fallback: number): number;
  (name: string, fallback: boolean): boolean;
  <Value>(name: string, fallback: Value): Value;
}

/** The variables that a block hands on: what an emitted block takes from another. */
export type Output<Block extends (...inputs: never[]) => Promise<unknown>> = Awaited<
  ReturnType<Block>
>;

/** What an emitted module exports by default. */
export type PipelineModule = (
  given: Given,
) => Promise<
  Record<string, (inputs: Record<string, unknown>) => Promise<Record<string, unknown> | void>>
>;
