/** Says what stands behind a name, for Shift-Tab. @module */
import { importOf } from "./modules.ts";
import type { HostDescription } from "./protocol.ts";

const TEXT_CHARS = 4000;

/** The value of an expression of names and dots; undefined where there is none. */
export function describe(expression: string): HostDescription | undefined {
  const [first = "", ...rest] = expression.split(".");
  if (!(first in globalThis)) return undefined;
  try {
    let value: unknown = Reflect.get(globalThis, first);
    for (const name of rest) value = (value as Record<string, unknown>)[name];
    if (value === undefined) return undefined;
    return {
      type: typeOf(value),
      text: typeof value === "function" ? "" : textOf(value),
      source: typeof value === "function" ? `${value}` : undefined,
      from: rest.length === 0 ? importOf(first) : undefined,
    };
  } catch {
    return undefined;
  }
}

function typeOf(value: unknown): string {
  if (typeof value !== "object" || value === null) return value === null ? "null" : typeof value;
  return value.constructor?.name ?? "object";
}

function textOf(value: unknown): string {
  return Deno.inspect(value, { depth: 2, iterableLimit: 20, colors: false }).slice(0, TEXT_CHARS);
}
