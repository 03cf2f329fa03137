/** Option values as commands take them, each refused in one line where it does not fit. @module */
import { UsageError } from "./exit_code.ts";

/** A whole number from 1.
 *
 * @example
 * ```ts
 * import { countOption } from "./options.ts";
 * console.log(countOption("20")); // 20
 * ``` */
export function countOption(text: string): number {
  if (!/^[1-9]\d{0,8}$/.test(text)) {
    throw new UsageError("write a whole number from 1");
  }
  return Number(text);
}

/** Collects `name=value` pairs, the value as it is; a name given twice is refused.
 *
 * @example
 * ```ts
 * import { variableOption } from "./options.ts";
 * console.log(variableOption("query=a=b c")); // { query: "a=b c" }
 * ``` */
export function variableOption(
  text: string,
  before: Readonly<Record<string, string>> = {},
): Record<string, string> {
  const equals = text.indexOf("=");
  if (equals < 1) throw new UsageError("write it as name=value");
  const name = text.slice(0, equals);
  if (Object.hasOwn(before, name)) throw new UsageError(`${name} is given twice`);
  return { ...before, [name]: text.slice(equals + 1) };
}

/** A port, 0 among them.
 *
 * @example
 * ```ts
 * import { portOption } from "./options.ts";
 * console.log(portOption("6789")); // 6789
 * ``` */
export function portOption(text: string): number {
  const port = Number(text);
  if (!/^\d{1,5}$/.test(text) || port > 65_535) {
    throw new UsageError("write a number from 0 to 65535");
  }
  return port;
}
