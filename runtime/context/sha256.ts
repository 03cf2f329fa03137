/** SHA-256 without the 30 ms that loading node:crypto takes. @module */
import { joinBytes } from "./join_bytes.ts";

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
  const encoder = new TextEncoder();
  const pieces = parts.map((part) => typeof part === "string" ? encoder.encode(part) : part);
  const digest = await crypto.subtle.digest("SHA-256", joinBytes(pieces));
  return new Uint8Array(digest).toHex();
}
