/** What a run came to, as `--json` prints it. @module */
import type { BlockKind } from "../compile/pipeline.ts";
import type { BlockStatus, RunStatus } from "./status.ts";

export interface BlockResult {
  readonly name: string;
  readonly kind: BlockKind;
  readonly status: BlockStatus;
  readonly ms: number;
  /** All tries together. */
  readonly attempts: number;
  /** Rows of the block's output tables together; null where it gives none. */
  readonly rows: number | null;
  readonly checks: readonly { readonly name: string; readonly passed: boolean }[];
  readonly error?: string;
}

export interface RunResult {
  readonly run: string;
  readonly pipeline: string;
  readonly status: RunStatus;
  /** Of the run itself, without the command around it. */
  readonly ms: number;
  /** In the notebook's order. */
  readonly blocks: readonly BlockResult[];
  /** Only where the run failed outside of its blocks: in parameters, shared code, or its process. */
  readonly error?: string;
}
