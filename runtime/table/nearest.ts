/** Finds the name that somebody probably meant, for error messages. Whatever starts loads this: a package for the
 *  distance of two words took a twentieth of a run's start. @module */

/** The known names that are spelled nearly like `name` or contain it, the nearest first.
 *
 * @example
 * ```ts
 * import { nearestNames } from "./nearest.ts";
 * nearestNames("exmaple", ["example", "test_config"]); // ["example"]
 * ``` */
export function nearestNames(name: string, known: readonly string[]): string[] {
  const wanted = name.toLowerCase();
  return [...new Set(known)]
    .map((candidate) => {
      const lower = candidate.toLowerCase();
      return { candidate, lower, distance: distance(wanted, lower) };
    })
    .filter(({ lower, distance }) =>
      distance <= furthest(wanted, lower) || (wanted.length > 2 && lower.includes(wanted))
    )
    .sort((one, other) => one.distance - other.distance)
    .map(({ candidate }) => candidate);
}

/** How many letters must be put in, left out or exchanged to make one word of the other. */
function distance(one: string, other: string): number {
  const lengths = Math.abs(one.length - other.length);
  // It is no less, and exactly that where one holds the other: all that is asked of words so unlike.
  if (lengths > Math.max(2, one.length / 3)) return lengths;
  let above = Array.from({ length: other.length + 1 }, (_, at) => at);
  for (let row = 0; row < one.length; row += 1) {
    const here = [row + 1];
    for (let at = 0; at < other.length; at += 1) {
      const exchanged = above[at]! + (one[row] === other[at] ? 0 : 1);
      here.push(Math.min(exchanged, above[at + 1]! + 1, here[at]! + 1));
    }
    above = here;
  }
  return above[other.length]!;
}

/** Two letters swapped count as one slip, though their distance is 2. */
function furthest(name: string, candidate: string): number {
  const isSwapped = [...name].sort().join("") === [...candidate].sort().join("");
  return Math.max(isSwapped ? 2 : 1, Math.floor(name.length / 3));
}

/** The known name nearest to `name`, or undefined where none is near.
 *
 * @example
 * ```ts
 * import { nearestName } from "./nearest.ts";
 * nearestName("passanger_count", ["fare", "passenger_count"]); // "passenger_count"
 * ``` */
export function nearestName(name: string, known: readonly string[]): string | undefined {
  return nearestNames(name, known)[0];
}

/** `; did you mean \`x\`?`, or nothing where no known name is near. */
export function suggestion(name: string, known: readonly string[]): string {
  const nearest = nearestName(name, known);
  return nearest === undefined ? "" : `; did you mean \`${nearest}\`?`;
}
