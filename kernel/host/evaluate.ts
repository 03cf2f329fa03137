/** Evaluates a cell's code in the host's global scope. @module */
import type { HostCell } from "./protocol.ts";
import { repl } from "./repl.ts";

const files = new Map<string, string>();

/** The value of the cell's last expression in an array; undefined where it has none. */
export async function evaluate({ code, isModule }: HostCell): Promise<[unknown] | undefined> {
  if (!isModule) return await repl.evaluate(code) as [unknown] | undefined;
  // Enums, decorators and parameter properties are more than types: Deno itself turns them into
  // JavaScript on import.
  const url = URL.createObjectURL(new Blob([code], { type: "application/typescript" }));
  files.set(url, code.slice(code.lastIndexOf("=") + 1));
  try {
    const module = await import(url);
    return await module.default();
  } finally {
    URL.revokeObjectURL(url);
  }
}

/** A stack in which such modules bear the names of their cells. */
export function namedStack(stack: string): string {
  return stack.replaceAll(/blob:[^\s:]+(?=:\d+:\d+)/g, (url) => files.get(url) ?? url);
}
