/** The end of a run on a terminal: how it ended, its checks, its errors in the notebook, what to do next. @module */
import { calledAs } from "../../context/executable.ts";
import type { RunResult } from "../../run/result.ts";
import { errorLines, type ErrorOptions } from "./error_lines.ts";
import { counted, formatDuration } from "./format.ts";
import { type Paint, plain, signOf } from "./style.ts";

/** So many checks are listed one by one; of more, only those that failed. */
const MOST_CHECKS = 12;

/** The summary's lines. */
export function summaryLines(
  result: RunResult,
  { notebook, paint = plain }: ErrorOptions,
): string[] {
  const { sign, tone } = signOf(result.status);
  const status = `${result.status} in ${formatDuration(result.ms)}`;
  return [
    "",
    ` ${paint(tone, sign)} ${paint("strong", status)}${paint("quiet", ` · run ${result.run}`)}`,
    ...checkLines(result, paint),
    ...errorsOf(result).flatMap((error) => ["", ...indented(error, { notebook, paint })]),
    ...nextCommands(result).flatMap((line, index) => index === 0 ? ["", ` ${line}`] : [` ${line}`]),
  ];
}

/** What to call next where a run did not complete. */
export function nextCommands({ run, status }: Pick<RunResult, "run" | "status">): string[] {
  if (status === "completed") return [];
  return [
    `what it printed: ${calledAs("logs")} ${run}`,
    `to go on from there: ${calledAs("resume")} ${run}`,
  ];
}

function checkLines(result: RunResult, paint: Paint): string[] {
  const checks = result.blocks.flatMap((block) =>
    block.checks.map((check) => ({ ...check, block: block.name }))
  );
  if (checks.length === 0) return [];
  const failed = checks.filter((check) => !check.passed);
  const listed = checks.length <= MOST_CHECKS ? checks : failed;
  const head = failed.length === 0
    ? ` ${paint("good", "✓")} ${counted(checks.length, "check")} passed`
    : ` ${paint("bad", "✗")} ${failed.length} of ${counted(checks.length, "check")} failed`;
  return [
    head,
    ...listed.map(({ name, passed, block }) =>
      `   ${passed ? paint("good", "✓") : paint("bad", "✗")} ${name} ${paint("quiet", block)}`
    ),
  ];
}

/** The run's own error and its blocks', each once. */
function errorsOf(result: RunResult): string[] {
  const errors = [result.error, ...result.blocks.map((block) => block.error)];
  return [...new Set(errors.filter((error) => error !== undefined))];
}

function indented(error: string, options: Required<ErrorOptions>): string[] {
  const [first = "", ...rest] = errorLines(error, options);
  return [` ${options.paint("bad", first)}`, ...rest.map((line) => ` ${line}`)];
}
