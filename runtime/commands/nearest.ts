/** Suggests what a mistyped name may have meant. The distance is loaded only once something is mistyped. @module */

/** Up to three of `names` that are spelled nearly like `mistyped`, the nearest first.
 *
 * @example
 * ```ts
 * import { nearest } from "./nearest.ts";
 * console.log(await nearest("exmaple", ["example", "test_config"])); // ["example"]
 * ``` */
export async function nearest(mistyped: string, names: readonly string[]): Promise<string[]> {
  const { distance } = await import("fastest-levenshtein");
  const furthest = Math.max(2, Math.floor(mistyped.length * 0.4));
  return [...new Set(names)]
    .map((name) => ({ name, distance: distance(mistyped.toLowerCase(), name.toLowerCase()) }))
    .filter((candidate) =>
      candidate.distance <= furthest || (mistyped.length > 2 && candidate.name.includes(mistyped))
    )
    .sort((one, other) => one.distance - other.distance)
    .slice(0, 3)
    .map((candidate) => candidate.name);
}

/** What follows an error that names something unknown: the nearest names, else those there are.
 *
 * @example
 * ```ts
 * import { suggestion } from "./nearest.ts";
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
  if (near.length > 0) return `; did you mean ${near.map((name) => `\`${name}\``).join(" or ")}?`;
  const different = [...new Set(names)];
  const shown = different.slice(0, 8).join(", ");
  const rest = different.length > 8 ? ` and ${different.length - 8} more` : "";
  return `; ${what}: ${shown}${rest}`;
}
