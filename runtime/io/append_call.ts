/** Which append of which run the calling code is about to make: by that an append happens once, however
 *  often a block is tried. @module */
import { currentScope } from "../context/scope.ts";
import { sha256 } from "../context/sha256.ts";

/** The call of a run's block, or of an element in it, that appends to `target`. */
export interface AppendCall {
  readonly run: string;
  readonly block: string;
  readonly element: number | undefined;
  readonly target: string;
  /** How many appends onto the target came before in this attempt. */
  readonly call: number;
}

/** Numbers the append; undefined outside a run's blocks, where every call appends. To be called where the
 *  appends to a target still are in the order of the code: before files or servers are waited for. */
export function appendCall(target: string): AppendCall | undefined {
  const scope = currentScope();
  if (scope?.block === undefined || scope.run.live) return undefined;
  const { run: { id: run }, block, element } = scope;
  return { run, block, element, target, call: scope.nextCall(target) };
}

/** Numbers the append as `appendCall` does, and names it by so many hexadecimal digits. */
export async function appendKey(target: string, digits: number): Promise<string | undefined> {
  const append = appendCall(target);
  if (append === undefined) return undefined;
  const { run, block, element, call } = append;
  const hash = await sha256(JSON.stringify([run, block, element ?? "", target, call]));
  return hash.slice(0, digits);
}
