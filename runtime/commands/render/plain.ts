/** Shows a run in a pipe or a file: a line for each event, no escape codes. @module */
import type { BlockEnded, LogLine, RunEvent } from "../../run/events.ts";
import { errorLines } from "./error_lines.ts";
import { counted, formatCount, formatDuration, formatEnd } from "./format.ts";
import { progressText } from "./frame.ts";
import type { Renderer } from "./renderer.ts";
import { nextCommands } from "./summary.ts";

export interface PlainOptions {
  /** The absolute path of the notebook that the run is of. */
  readonly notebook: string;
  readonly write: (line: string) => void;
}

/** A renderer that writes plain lines. Of a long read it tells each quarter. */
export function plainRenderer({ notebook, write }: PlainOptions): Renderer {
  const quarters = new Map<string, number>();
  return {
    show(event) {
      if (event.type === "progress" && !isNextQuarter(quarters, event)) return;
      for (const line of plainLines(event, notebook)) write(line);
    },
    close: () => {},
  };
}

/** The lines that tell an event. */
export function plainLines(event: RunEvent, notebook: string): string[] {
  switch (event.type) {
    case "run_started":
      return startLines(event);
    case "block_started":
      if (event.element !== undefined) return [];
      return [`${event.block} started${event.attempt > 1 ? ` (try ${event.attempt})` : ""}`];
    case "block_retrying":
      return withError(
        `${nameOf(event)} failed at ${tryOf(event)}, again in ` +
          formatDuration(event.delayMs),
        event.error,
        notebook,
      );
    case "block_waiting":
      return [`${nameOf(event)} not yet, again in ${formatDuration(event.everyMs)}`];
    case "block_ended":
      return endLines(event, notebook);
    case "progress":
      return [`${nameOf(event)} ${event.label}: ${progressText(event)}`];
    case "checks":
      return event.results.map((check) =>
        `${nameOf(event)} check ${check.passed ? "passed" : "failed"}: ${check.name}` +
        (check.failedRows
          ? ` (${formatCount(check.failedRows)} of ${counted(check.rows ?? 0, "row")})`
          : "")
      );
    case "artifact":
      return [`${nameOf(event)} showed ${event.title ?? event.mediaTypes.join(", ")}`];
    case "log":
      return [logLine(event)];
    case "run_ended":
      return runEndLines(event.result, notebook);
  }
}

/** A line of a block's console output, with the block's name before it. */
export function logLine(line: Pick<LogLine, "block" | "element" | "text">): string {
  return line.block === undefined
    ? line.text
    : `${nameOf({ ...line, block: line.block })} │ ${line.text}`;
}

/** The run's head; in a resumed run, what is reused and why the rest runs again. */
export function startLines(
  { run, pipeline, isResumed, blocks }: Extract<RunEvent, { type: "run_started" }>,
) {
  return [
    `run ${run} of ${pipeline} ${isResumed ? "resumed" : "started"}`,
    ...blocks.filter((block) => isResumed && block.reason).map((block) =>
      `${block.name} ${block.action === "reuse" ? "reused" : "runs again"}: ${block.reason}`
    ),
  ];
}

/** Blocks that were not reached when the run ended stand in its end alone: the reason comes there. */
function endLines(event: BlockEnded, notebook: string): string[] {
  const { status, rows, attempts, ms, error, reason } = event;
  if (event.element !== undefined && status === "completed") return [];
  const name = nameOf(event);
  if (status === "completed") {
    const gave = rows === null ? "" : `: ${counted(rows, "row")}`;
    return [
      `${name} completed${gave} in ${formatDuration(ms)}${
        attempts > 1 ? ` (${attempts} tries)` : ""
      }`,
    ];
  }
  if (status === "failed") {
    return withError(`${name} failed in ${formatDuration(ms)}`, error ?? "", notebook);
  }
  if (status === "cancelled") return attempts > 0 ? [`${name} ${formatEnd(status, reason)}`] : [];
  return [`${name} did not run: ${formatEnd(status, reason)}`];
}

function runEndLines(
  result: Extract<RunEvent, { type: "run_ended" }>["result"],
  notebook: string,
): string[] {
  const said = `run ${result.run} ${result.status} in ${formatDuration(result.ms)}`;
  return [...withError(said, result.error ?? "", notebook), ...nextCommands(result)];
}

function withError(said: string, error: string, notebook: string): string[] {
  const [first, ...rest] = error ? errorLines(error, { notebook }) : [];
  return [first ? `${said}: ${first}` : said, ...rest];
}

/** Which try of how many; a resumed run counts on beyond them. */
export function tryOf({ attempt, attempts }: { attempt: number; attempts: number }): string {
  return attempt > attempts ? `try ${attempt}` : `try ${attempt} of ${attempts}`;
}

/** A block's name, or an element's: `load[3]`. */
export function nameOf({ block, element }: { block: string; element?: number }): string {
  return element === undefined ? block : `${block}[${element}]`;
}

function isNextQuarter(
  quarters: Map<string, number>,
  event: Extract<RunEvent, { type: "progress" }>,
): boolean {
  if (!event.total) return false;
  const key = `${nameOf(event)} ${event.label}`;
  const quarter = Math.floor(4 * event.done / event.total);
  if (quarter <= (quarters.get(key) ?? 0) || quarter >= 4) return false;
  quarters.set(key, quarter);
  return true;
}
