/** A run as its history tells it: what `logs` prints. Pure. @module */
import type { Artifact } from "../../context/scope.ts";
import { shownVariables } from "../../io/profiles/redact.ts";
import type { LogLine } from "../../run/events.ts";
import type { AttemptRow, BlockKey, BlockRunRow, CheckRow, RunRow } from "../../run/run_store.ts";
import { shownBlockStatus, shownRunStatus } from "../../run/shown_status.ts";
import { type ErrorOptions, frameOfError, locatedMessage } from "./error_lines.ts";
import {
  counted,
  formatBytes,
  formatCount,
  formatDuration,
  formatEnd,
  formatMoment,
} from "./format.ts";
import { type Paint, plain, signOf } from "./style.ts";

/** What the history has of one block: the block's own run first, then those of its elements. */
export interface BlockHistory {
  readonly runs: readonly BlockRunRow[];
  readonly logs: readonly LogLine[];
  readonly checks: readonly CheckRow[];
  readonly attempts: readonly AttemptRow[];
  /** What it showed. */
  readonly artifacts: readonly (BlockKey & Artifact)[];
}

/** The run's own lines: what and when, what it printed outside of its blocks, its own error. */
export function runHead(
  run: RunRow,
  logs: readonly LogLine[],
  { notebook, paint = plain }: ErrorOptions,
): string[] {
  const status = shownRunStatus(run);
  const { sign, tone } = signOf(status);
  const facts = [
    run.startedAt === null ? "not started" : `started ${formatMoment(run.startedAt)} UTC`,
    ...run.ms === null ? [] : [`took ${formatDuration(run.ms)}`],
    ...run.peakRssBytes === null ? [] : [`peak ${formatBytes(run.peakRssBytes)}`],
    ...run.profile === null ? [] : [`profile ${run.profile}`],
    ...Object.entries(shownVariables(run.variables)).map(([name, value]) => `${name}=${value}`),
  ];
  return [
    `${paint(tone, `${sign} ${status}`)} ${paint("strong", run.pipeline)} ${run.id}`,
    paint("quiet", `  ${facts.join(" · ")}`),
    ...logs.filter((line) => line.block === undefined).map((line) => textLine(line, paint)),
    ...run.error === null ? [] : errorBlock(run.error, { notebook, paint }),
  ];
}

/** A block's lines: how it ended, failed tries, what it printed and showed, its checks, its error with the stack. */
export function blockRunLines(history: BlockHistory, options: ErrorOptions): string[] {
  const paint = options.paint ?? plain;
  const own = history.runs.find((row) => row.element === null);
  if (!own) return [];
  const { sign, tone } = signOf(own.status);
  const facts = [
    own.kind,
    ...own.status === "completed" ? [] : [formatEnd(shownBlockStatus(own), own.reason)],
    ...own.rows === null ? [] : [counted(own.rows, "row")],
    ...own.wait?.lookAt ? [`looks again at ${formatMoment(own.wait.lookAt)} UTC`] : [],
    ...own.ms === null || own.attempts === 0 ? [] : [formatDuration(own.ms)],
    ...own.attempts > 1 ? [`${own.attempts} tries`] : [],
  ];
  return [
    `${paint(tone, sign)} ${paint("strong", own.block)} ${paint("quiet", facts.join(" · "))}`,
    ...history.attempts.filter((attempt) => isFailedTry(attempt, own)).map((attempt) =>
      paint(
        "warning",
        `  try ${attempt.attempt} failed: ${locatedMessage(attempt.error ?? "", options.notebook)}`,
      )
    ),
    ...history.logs.map((line) => textLine(line, paint)),
    ...history.artifacts.flatMap((artifact) => artifactLines(artifact, paint)),
    ...history.checks.map((check) => checkLine(check, paint)),
    ...own.error === null ? [] : errorBlock(own.error, options),
  ];
}

function isFailedTry(attempt: AttemptRow, own: BlockRunRow): boolean {
  return attempt.error !== null && (attempt.element !== null || attempt.attempt < own.attempts);
}

function textLine(
  { text, element, stream }: LogLine,
  paint: Paint,
): string {
  const mark = element === undefined ? "│" : `[${element}] │`;
  return `  ${paint("quiet", mark)} ${stream === "stderr" ? paint("warning", text) : text}`;
}

/** What was shown as text; a chart has only the names of its forms here. */
function artifactLines({ title, data, element }: BlockKey & Artifact, paint: Paint): string[] {
  const text = data["text/plain"] ?? Object.keys(data).join(", ");
  const mark = element === null ? "▦" : `[${element}] ▦`;
  const head = title === undefined ? [] : [title];
  return [...head, ...text.split("\n")].map((line) => `  ${paint("quiet", mark)} ${line}`);
}

function checkLine(
  { name, passed, failedRows, rows }: CheckRow,
  paint: Paint,
): string {
  const sign = passed ? paint("good", "✓") : paint("bad", "✗");
  const counts = failedRows ? ` (${formatCount(failedRows)} of ${counted(rows ?? 0, "row")})` : "";
  return `  ${sign} ${name}${counts}`;
}

function errorBlock(error: string, options: ErrorOptions): string[] {
  const paint = options.paint ?? plain;
  const [, ...rest] = error.split("\n");
  return [
    `  ${paint("bad", locatedMessage(error, options.notebook))}`,
    ...frameOfError(error, options).map((line) => `  ${line}`),
    ...rest.map((line) => `  ${/^\s+at /.test(line) ? paint("quiet", line) : line}`),
  ];
}
