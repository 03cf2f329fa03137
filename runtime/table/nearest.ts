/** Finds the name that somebody probably meant, for error messages. @module */
import { closest, distance } from "fastest-levenshtein";

/** The known name nearest to `name`, or undefined where none is near.
 *
 * @example
 * ```ts
 * import { nearestName } from "./nearest.ts";
 * nearestName("passanger_count", ["fare", "passenger_count"]); // "passenger_count"
 * ``` */
export function nearestName(name: string, known: readonly string[]): string | undefined {
  const same = known.find((candidate) => candidate.toLowerCase() === name.toLowerCase());
  if (same !== undefined) return same;
  if (known.length === 0) return undefined;
  const nearest = closest(name, known);
  const furthest = Math.max(hasSameLetters(name, nearest) ? 2 : 1, Math.floor(name.length / 3));
  return distance(name, nearest) <= furthest ? nearest : undefined;
}

/** Two letters swapped count as one slip, though their distance is 2. */
function hasSameLetters(one: string, other: string): boolean {
  return [...one].sort().join("") === [...other].sort().join("");
}

/** `; did you mean \`x\`?`, or nothing where no known name is near. */
export function suggestion(name: string, known: readonly string[]): string {
  const nearest = nearestName(name, known);
  return nearest === undefined ? "" : `; did you mean \`${nearest}\`?`;
}
