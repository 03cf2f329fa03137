/** The checks on streams that still wait for a reader: a block whose stream nobody read has tests that
 *  were never judged, and must not pass for one whose tests held. @module */
import type { Scope } from "../context/scope.ts";

/** The names of one call of `check()`. */
type Names = readonly string[];

const waiting = new WeakMap<Scope, Set<Names>>();
/** The scope to which an element's open checks went, for it may hand its stream on to its block. */
const heirs = new WeakMap<Scope, Scope>();

/** Notes that these checks are judged once somebody reads their stream; the function given is to be called then. */
export function awaitReader(scope: Scope | undefined, names: Names): () => void {
  if (scope === undefined) return () => {};
  setOf(scope).add(names);
  return () => {
    for (let at: Scope | undefined = scope; at; at = heirs.get(at)) setOf(at).delete(names);
  };
}

/** Leaves what is still open in `scope` to the scope around it. */
export function handUnjudged(scope: Scope | undefined, around: Scope | undefined): void {
  if (scope === undefined || around === undefined || scope === around) return;
  heirs.set(scope, around);
  for (const names of setOf(scope)) setOf(around).add(names);
}

/** Returns where every check on a stream was judged to its end.
 *
 * @throws {Error} naming those that were not. */
export function refuseUnjudged(scope: Scope | undefined): void {
  const names = scope === undefined ? [] : [...setOf(scope)].flat();
  if (names.length === 0) return;
  const quoted = names.map((name) => JSON.stringify(name)).join(", ");
  throw new Error(
    `the check${names.length === 1 ? "" : "s"} ${quoted} ${
      names.length === 1 ? "was" : "were"
    } not judged, for nothing read the TableStream to its end: write it, hand it on to another ` +
      "block, or check a table of it, `await tableOf(stream)`",
  );
}

function setOf(scope: Scope): Set<Names> {
  const known = waiting.get(scope);
  if (known) return known;
  const fresh = new Set<Names>();
  waiting.set(scope, fresh);
  return fresh;
}
