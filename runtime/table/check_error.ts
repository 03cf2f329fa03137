/** A block's output is not what the block says it is. @module */
import type { CheckResult } from "../context/scope.ts";

/** Checks failed; the first line says which, the lines below show the first failing rows.
 *
 * @example
 * ```ts
 * import { check, CheckError } from "sluice";
 * try {
 *   check("all is well", false);
 * } catch (error) {
 *   if (error instanceof CheckError) console.log(error.results); // [{ name: "all is well", passed: false }]
 * }
 * ``` */
export class CheckError extends Error {
  override readonly name = "CheckError";
  /** Every check of the call, the passed ones too. */
  readonly results: readonly CheckResult[];

  constructor(results: readonly CheckResult[], previews: readonly string[]) {
    const failed = results.filter((result) => !result.passed);
    const said = failed.map(failureText).join("; ");
    const first = failed.length === 1
      ? `Check failed: ${said}`
      : `${failed.length} of ${results.length} checks failed: ${said}`;
    super([first, ...previews].join("\n"));
    this.results = results;
  }
}

function failureText({ name, failedRows, rows }: CheckResult): string {
  if (failedRows === undefined || rows === undefined) return name;
  const count = failedRows.toLocaleString("en-US");
  return `${name} (not in ${count} of ${rows.toLocaleString("en-US")} rows)`;
}
