/** The stock kernel's own script, from which cells are evaluated: what they import counts from the
 *  notebook's folder and its project, not from the prelude's. @module */
import { REPL_SYMBOL } from "./protocol.ts";

interface Repl {
  evaluate(code: string): unknown;
  load(specifier: string, options?: ImportCallOptions): Promise<Record<string, unknown>>;
}

/** Put there by the front before the prelude is loaded. */
export const repl = Reflect.get(globalThis, Symbol.for(REPL_SYMBOL)) as Repl;
