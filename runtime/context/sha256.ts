/** SHA-256 without the 30 ms that loading node:crypto takes. @module */

/** The hash of all `parts` together, in hexadecimal.
 *
 * @example
 * ```ts
 * import { sha256 } from "./sha256.ts";
 * console.log((await sha256("a notebook")).length); // 64
 * ``` */
export async function sha256(
  ...parts: readonly (string | Uint8Array<ArrayBuffer>)[]
): Promise<string> {
  const whole = parts.length === 1 && typeof parts[0] === "string"
    ? new TextEncoder().encode(parts[0])
    : await new Blob([...parts]).bytes();
  return new Uint8Array(await crypto.subtle.digest("SHA-256", whole)).toHex();
}
