/** A URL as it may stand in messages and logs. @module */

/** The URL without its password and query, which may carry secrets.
 *
 * @example
 * ```ts
 * import { displayUrl } from "./display_url.ts";
 * displayUrl(new URL("https://me:pass@host/a.csv?token=1")); // "https://host/a.csv?…"
 * ``` */
export function displayUrl(url: URL): string {
  return `${url.protocol}//${url.host}${url.pathname}${url.search === "" ? "" : "?…"}`;
}
