/** Labels by which a bill and a list of jobs tell which block of which run a job was made for. @module */
import { currentScope } from "../../context/scope.ts";

const MOST_LETTERS = 63;

/** The labels of the calling code's jobs. */
export function runLabels(): Record<string, string> {
  const scope = currentScope();
  if (!scope) return { tool: "sluice" };
  const { run, block } = scope;
  const labels = { pipeline: run.pipeline, block, run: run.id };
  return Object.fromEntries([
    ["tool", "sluice"],
    ...Object.entries(labels).flatMap(([key, value]) =>
      value === undefined ? [] : [[key, labelValue(value)]]
    ),
  ]);
}

/** What BigQuery takes as a label's value: lower-case letters, digits, `_` and `-`, 63 at most.
 *
 * @example
 * ```ts
 * import { labelValue } from "./labels.ts";
 * console.log(labelValue("notebooks/Taxi Trips")); // notebooks-taxi-trips
 * ``` */
export function labelValue(text: string): string {
  return [...text.toLowerCase().replace(/[^\p{Ll}\p{Lo}\p{N}_-]/gu, "-")].slice(0, MOST_LETTERS)
    .join("");
}
