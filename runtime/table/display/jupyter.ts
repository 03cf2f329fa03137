/** The notebook's kernel, where the code runs in one: the stock Deno kernel or Sluice's own. @module */

/** The part of `Deno.jupyter` that Sluice uses. */
export interface Jupyter {
  broadcast(type: string, content: object): void;
}

/** Undefined outside notebooks, where reading `Deno.jupyter` throws. */
export function findJupyter(): Jupyter | undefined {
  try {
    return Reflect.get(Deno, "jupyter");
  } catch {
    return undefined;
  }
}
