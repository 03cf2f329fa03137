/** Evaluates a cell's code in the host's global scope. @module */
import { Buffer } from "node:buffer";
import type { HostCell } from "./protocol.ts";

/** The value of the cell's last expression in an array; undefined where it has none. */
export async function evaluate({ code, isModule }: HostCell): Promise<[unknown] | undefined> {
  if (!isModule) return await (0, eval)(code);
  // Enums, decorators and parameter properties are more than types: Deno itself turns them into
  // JavaScript on import.
  const [text, name] = code.split("\n//# sourceURL=");
  const bytes = Buffer.from(text ?? "").toString("base64");
  const module = await import(`data:application/typescript;base64,${bytes}#${name}`);
  return await module.default();
}
