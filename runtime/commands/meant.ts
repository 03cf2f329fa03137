/** Suggests what a mistyped word may have meant. The distance is loaded only once something is mistyped. @module */

/** Up to three of `names` that are spelled nearly like `mistyped`, the nearest first.
 *
 * @example
 * ```ts
 * import { nearest } from "./meant.ts";
 * console.log(await nearest("exmaple", ["example", "test_config"])); // ["example"]
 * ``` */
export async function nearest(mistyped: string, names: readonly string[]): Promise<string[]> {
  const { nearestNames } = await import("../table/nearest.ts");
  return nearestNames(mistyped, names).slice(0, 3);
}

/** `; did you mean \`run\` or \`runs\`?`, or nothing. */
export function meant(near: readonly string[]): string {
  if (near.length === 0) return "";
  return `; did you mean ${near.map((name) => `\`${name}\``).join(" or ")}?`;
}

/** What follows an error that names something unknown: the nearest names, else those there are.
 *
 * @example
 * ```ts
 * import { suggestion } from "./meant.ts";
 * console.log("no variable sorce" + await suggestion("sorce", ["source"], "variables"));
 * // no variable sorce; did you mean `source`?
 * ``` */
export async function suggestion(
  mistyped: string,
  names: readonly string[],
  what: string,
): Promise<string> {
  if (names.length === 0) return `; there are no ${what}`;
  const near = await nearest(mistyped, names);
  if (near.length > 0) return meant(near);
  const different = [...new Set(names)];
  const shown = different.slice(0, 8).join(", ");
  const rest = different.length > 8 ? ` and ${different.length - 8} more` : "";
  return `; ${what}: ${shown}${rest}`;
}
