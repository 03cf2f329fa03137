/** The server's own token: made, compared, and turned into a cookie. @module */
import { createHash, createHmac, randomBytes, timingSafeEqual } from "node:crypto";

/** So many characters are the least that a token of one's own may have. */
export const LEAST_TOKEN_LENGTH = 32;

/** A new token: 32 random bytes, as they may stand in an address. */
export function newToken(): string {
  return randomBytes(32).toString("base64url");
}

/** Whether two secrets are the same, in a time that tells nothing of where they differ.
 *
 * @example
 * ```ts
 * import { isSameSecret } from "./token.ts";
 * console.log(isSameSecret("a", "a"), isSameSecret("a", "abc")); // true false
 * ``` */
export function isSameSecret(one: string, other: string): boolean {
  const digest = (text: string) => createHash("sha256").update(text).digest();
  return timingSafeEqual(digest(one), digest(other));
}

/** What the browser keeps in place of the token: it cannot be turned back into it. */
export function cookieFrom(token: string): string {
  return createHmac("sha256", token).update("sluice page").digest("base64url");
}
