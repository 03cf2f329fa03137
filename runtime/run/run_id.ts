/** The ids of runs: when they were made, so that they sort, and a little chance. @module */

const LETTERS = "23456789abcdefghjkmnpqrstuvwxyz";

/** An id such as `20240301-120301-k3f9x`, in UTC; letters that look alike are left out.
 *
 * @example
 * ```ts
 * import { newRunId } from "./run_id.ts";
 * console.log(newRunId().length); // 21
 * ``` */
export function newRunId(now: Date = new Date()): string {
  const [date = "", time = ""] = now.toISOString().replaceAll(/[-:]|\.\d+Z/g, "").split("T");
  const chance = crypto.getRandomValues(new Uint8Array(5));
  return `${date}-${time}-${Array.from(chance, (byte) => LETTERS[byte % LETTERS.length]).join("")}`;
}
