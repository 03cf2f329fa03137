/** Draws a run as it stands: a line for each block, as many as the terminal has room for. Pure. @module */
import { formatBytes, formatCount, formatDuration, formatEnd } from "./format.ts";
import type { BlockView, RunView } from "./run_view.ts";
import { type Paint, plain, signOf } from "./style.ts";
import { shownWidth } from "./text_table.ts";
import { isEnded } from "../../run/status.ts";

export interface FrameOptions {
  /** Milliseconds since 1970. */
  readonly now: number;
  /** Characters a line and lines a screen. */
  readonly size: { readonly columns: number; readonly rows: number };
  readonly paint?: Paint;
  /** Which picture of the spinner: counts up. */
  readonly turn?: number;
  /** The last frame of a run: the summary follows in place of the footer. */
  readonly isEnded?: boolean;
}

const SPINNER = "⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏";
/** Lines that stay free: the footer and the cursor's own. */
const SPARE_LINES = 3;

/** The frame's lines: the blocks, then how far the run is. */
export function frameOf(view: RunView, options: FrameOptions): string[] {
  const blocks = [...view.blocks.values()];
  const room = Math.max(1, options.size.rows - SPARE_LINES);
  const shown = blocks.length <= room ? blocks : mostTelling(blocks, room - 1);
  const nameWidth = Math.max(0, ...shown.map((block) => shownWidth(block.name)));
  const lines = shown.map((block) => blockLine(block, nameWidth, options));
  if (shown.length < blocks.length) {
    lines.push(
      (options.paint ?? plain)("quiet", `  … ${blocks.length - shown.length} more blocks`),
    );
  }
  if (!options.isEnded) lines.push(footer(view, blocks, options));
  return lines.map((line) => cut(line, options.size.columns));
}

/** Where not all fit: what is going on and what failed, then the last that ended, in the notebook's order. */
function mostTelling(blocks: readonly BlockView[], room: number): readonly BlockView[] {
  const weight = (block: BlockView) =>
    block.status === "running"
      ? 0
      : block.status === "failed"
      ? 1
      : block.status === "queued"
      ? 2
      : 3;
  const order = new Map(blocks.map((block, index) => [block, index]));
  const last = blocks.findLastIndex((block) => isEnded(block.status));
  const distance = (block: BlockView) => Math.abs((order.get(block) ?? 0) - last);
  return [...blocks]
    .sort((one, other) => weight(one) - weight(other) || distance(one) - distance(other))
    .slice(0, room)
    .sort((one, other) => (order.get(one) ?? 0) - (order.get(other) ?? 0));
}

/** One block: sign, name, rows, time, and what there is to say.
 *
 * @example
 * ```ts
 * import { blockLine } from "./frame.ts";
 * console.log(blockLine.length); // 3: the block, the names' width, the frame's options
 * ``` */
export function blockLine(block: BlockView, nameWidth: number, options: FrameOptions): string {
  const paint = options.paint ?? plain;
  const { sign, tone } = signOf(block.status);
  const isRunning = block.status === "running";
  const shownSign = isRunning ? SPINNER[(options.turn ?? 0) % SPINNER.length] ?? sign : sign;
  const rows = block.rows === null
    ? ""
    : `${formatCount(block.rows)} row${block.rows === 1 ? "" : "s"}`;
  const ms = block.ms ??
    (block.startedAt === undefined ? undefined : options.now - block.startedAt);
  const hasRun = ms !== undefined && (block.startedAt !== undefined || block.attempt > 0);
  const time = !hasRun || block.isReused ? "" : formatDuration(Math.max(0, ms));
  const isIdle = block.status === "initial" || block.isReused;
  return [
    ` ${paint(tone, shownSign)} ${isIdle ? paint("quiet", block.name) : block.name}` +
    " ".repeat(nameWidth - shownWidth(block.name)),
    rows.padStart(16),
    time.padStart(10),
    paint(block.status === "failed" ? "bad" : "quiet", note(block, options.now)),
  ].join("  ").trimEnd();
}

function note(block: BlockView, now: number): string {
  const said: string[] = [];
  if (block.isReused) said.push("reused");
  if (block.nextAt !== undefined) {
    const wait = Math.max(0, block.nextAt - now);
    said.push(`${block.reason}, again in ${formatDuration(Math.ceil(wait / 1000) * 1000)}`);
  } else if (isEnded(block.status) && block.status !== "completed") {
    said.push(formatEnd(block.status, block.reason));
  }
  if (block.attempt > 1) {
    said.push(isEnded(block.status) ? `${block.attempt} tries` : `try ${block.attempt}`);
  }
  if (block.elements.started > 0) {
    said.push(
      `${formatCount(block.elements.ended)} of ${formatCount(block.elements.started)} elements`,
    );
  }
  if (block.progress && block.status === "running") said.push(progressText(block.progress));
  return said.join(" · ");
}

/** How far a read or write has come: `41 % of 25.2 MB`, or what is done where the whole is not known. */
export function progressText({ done, total, unit }: NonNullable<BlockView["progress"]>): string {
  const amount = (count: number) =>
    unit === "bytes" ? formatBytes(count) : `${formatCount(count)} rows`;
  if (!total) return amount(done);
  return `${Math.min(100, Math.floor(100 * done / total))} % of ${amount(total)}`;
}

function footer(view: RunView, blocks: readonly BlockView[], options: FrameOptions): string {
  const ended = blocks.filter((block) => isEnded(block.status)).length;
  const time = formatDuration(Math.max(0, options.now - view.startedAt));
  return (options.paint ?? plain)("quiet", ` ${ended} of ${blocks.length} blocks · ${time}`);
}

/** A line that would wrap breaks the drawing: it is cut to the terminal's width. */
function cut(line: string, columns: number): string {
  if (shownWidth(line) <= columns) return line;
  let width = 0;
  let kept = "";
  // deno-lint-ignore no-control-regex -- escape codes pass whole and count nothing
  for (const [part] of line.matchAll(/\u001b\[[0-9;]*m|./gu)) {
    if (part.startsWith("\u001b")) kept += part;
    else if (width < columns - 1) {
      kept += part;
      width++;
    }
  }
  return kept + "…";
}
