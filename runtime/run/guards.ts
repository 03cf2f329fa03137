/** Stands around the run's process: what goes wrong outside of every `await` of a block is told to the
 *  block that it came from, and to no other. @module */
import { currentScope } from "../context/scope.ts";
import type { CompiledPipeline } from "../compile/pipeline.ts";
import type { OpenAttempt, OpenAttempts } from "./execution.ts";

export interface GuardEffects {
  readonly compiled: CompiledPipeline;
  readonly attempts: OpenAttempts;
  /** An error that belongs to no block that is known. */
  readonly onStray: (error: unknown) => void;
  /** A block called `Deno.exit`, and the process is about to end. */
  readonly onExit: (code: number, block: string | null) => void;
}

/** Installs the guards for the rest of the process's life; `effectsOf` gives those of the run that it
 *  executes now, undefined between runs. */
export function guardProcess(
  effectsOf: () => GuardEffects | undefined,
  { onStrayBetween }: { readonly onStrayBetween: () => void },
): void {
  const fail = (error: unknown) => {
    const effects = effectsOf();
    return effects ? failOwner(error, effects) : onStrayBetween();
  };
  addEventListener("unhandledrejection", (event) => {
    event.preventDefault();
    fail(event.reason);
  });
  addEventListener("error", (event) => {
    event.preventDefault();
    fail(event.error);
  });
  guardExit(effectsOf);
  guardEmptyLoop(() => effectsOf()?.attempts.all ?? new Set());
}

function failOwner(error: unknown, { attempts, compiled, onStray }: GuardEffects): void {
  const scope = currentScope();
  if (scope?.block !== undefined) {
    const owner = attempts.byScope.get(scope);
    // An attempt that is over has been told already.
    if (owner && attempts.all.has(owner)) return owner.fail(error);
    return onStray(error);
  }
  const block = blockFromStack(error, compiled);
  const candidates = [...attempts.all].filter((attempt) =>
    block === undefined || attempt.key.block === block
  );
  const [only, ...others] = candidates;
  if (only && (block !== undefined || others.length === 0)) return only.fail(error);
  onStray(error);
}

/** The block whose code is innermost in the error's stack: errors thrown in timers have no scope. */
export function blockFromStack(error: unknown, compiled: CompiledPipeline): string | undefined {
  const stack = error instanceof Error ? error.stack ?? "" : "";
  const file = compiled.module.slice(compiled.module.lastIndexOf("/") + 1);
  for (const line of stack.split("\n")) {
    const [, number] = line.split(`${file}:`);
    const origin = number === undefined ? null : compiled.lines[parseInt(number) - 1];
    const block = compiled.pipeline.blocks.find(({ cell }) => cell === origin?.cell);
    if (block) return block.name;
  }
  return undefined;
}

function guardExit(effectsOf: () => GuardEffects | undefined): void {
  const exit = Deno.exit;
  Deno.exit = (code) => {
    effectsOf()?.onExit(code ?? Deno.exitCode, currentScope()?.block ?? null);
    return exit(code);
  };
}

/** When nothing is left that could wake the process, blocks that still wait do so for ever. They get
 *  one more second, for things that keep no process alive. */
function guardEmptyLoop(attemptsOf: () => ReadonlySet<OpenAttempt>): void {
  let suspects: readonly OpenAttempt[] = [];
  addEventListener("beforeunload", (event) => {
    const attempts = [...attemptsOf()];
    const waiting = attempts.filter(({ key: { block, element } }) =>
      element !== null ||
      !attempts.some(({ key }) => key.block === block && key.element !== null)
    );
    if (waiting.length === 0) return;
    event.preventDefault();
    const stuck = waiting.filter((attempt) => suspects.includes(attempt));
    for (const attempt of stuck) attempt.fail(new Error(waitsForEver));
    suspects = waiting;
    setTimeout(() => {}, stuck.length > 0 ? 0 : 1000);
  });
}

const waitsForEver =
  "waits for something that can no longer happen: a promise that nothing is left to settle; " +
  "look for an await whose resolve() is never called";
