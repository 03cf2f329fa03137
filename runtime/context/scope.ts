/** The scope of the code that is executing: which run, block and element it belongs to.
 *  Held in AsyncLocalStorage, so that runs side by side in one process never mix. @module */
import { AsyncLocalStorage } from "node:async_hooks";
import type { RunInfo } from "./run_info.ts";
import type { Resources } from "./resources.ts";

/** One named test of a block's output and what came of it. */
export interface CheckResult {
  readonly name: string;
  readonly passed: boolean;
  /** Rows that failed, where the check looked at rows. */
  readonly failedRows?: number;
  /** Rows that were looked at, where the check looked at rows. */
  readonly rows?: number;
}

/** Something that `show()` displayed, kept with the run: a body for each media type. */
export interface Artifact {
  readonly title: string | undefined;
  readonly data: Readonly<Record<string, string>>;
}

/** How far a long read or write has come. */
export interface Progress {
  readonly label: string;
  readonly done: number;
  readonly total: number | undefined;
  readonly unit: "bytes" | "rows";
}

export type ScopeEvent =
  | { readonly type: "checks"; readonly results: readonly CheckResult[] }
  | { readonly type: "artifact"; readonly artifact: Artifact }
  | { readonly type: "progress"; readonly progress: Progress };

export type Outcome = "success" | "failure" | "cancelled";

/** What a callback block's handler is told. */
export interface CallbackEvent {
  readonly outcome: Outcome;
  readonly pipeline: string;
  readonly run: string;
  /** The block that ended, or undefined where the run itself did. */
  readonly block: string | undefined;
  readonly error: Error | undefined;
}

/** What it returns is awaited and not looked at. */
export type CallbackHandler = (event: CallbackEvent) => unknown;

export interface EachOptions {
  /** How many elements are worked on at once. */
  readonly concurrency?: number;
}

/** How a run maps `each()` onto child block runs. */
export type EachRunner = <Item, Result>(
  items: readonly Item[],
  work: (item: Item, index: number) => Promise<Result> | Result,
  options: EachOptions,
) => Promise<Result[]>;

/** Everything that the functions of a cell may ask of the run around them. */
export interface Scope {
  readonly run: RunInfo;
  /** The block's name; undefined while parameters and shared code are evaluated. */
  readonly block: string | undefined;
  /** The index of the element inside `each()`. */
  readonly element: number | undefined;
  /** In a sensor block: since when it waits, in milliseconds since 1970; elsewhere undefined. */
  readonly waitingSince?: number | undefined;
  /** Relative data paths count from here. */
  readonly notebookFolder: string;
  /** The project that Sluice runs in: its `.sluice/` holds all state. */
  readonly projectFolder: string;
  /** The profile that `--profile` named. */
  readonly profile: string | undefined;
  readonly resources: Resources;
  report(event: ScopeEvent): void;
  /** Registers a callback block's handler. */
  registerHandler(outcome: Outcome, handler: CallbackHandler): void;
  /** How many calls of this kind onto `target` the attempt has made before: 0, 1, … */
  nextCall(target: string): number;
  readonly each: EachRunner;
}

const storage = new AsyncLocalStorage<Scope>();

/** The scope of the calling code, or undefined outside every run.
 *
 * @example
 * ```ts
 * import { currentScope } from "./scope.ts";
 * console.log(currentScope()?.block ?? "outside a run");
 * ``` */
export function currentScope(): Scope | undefined {
  return storage.getStore();
}

/** Calls `work` inside `scope`; everything that it awaits sees the same scope. */
export function withScope<Result>(scope: Scope, work: () => Result): Result {
  return storage.run(scope, work);
}
