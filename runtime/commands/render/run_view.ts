/** What is known of a run while its events come in: the state that the live screen draws. @module */
import type { BlockKind } from "../../compile/pipeline.ts";
import type { Progress } from "../../context/scope.ts";
import type { RunEvent } from "../../run/events.ts";
import { tryOf } from "./plain.ts";
import type { BlockStatus } from "../../run/status.ts";

/** One block as it stands. */
export interface BlockView {
  readonly name: string;
  readonly kind: BlockKind;
  status: BlockStatus;
  isReused: boolean;
  startedAt: number | undefined;
  ms: number | undefined;
  rows: number | null;
  attempt: number;
  /** When the next try or look begins, where the block waits for one. */
  nextAt: number | undefined;
  reason: string | undefined;
  progress: Progress | undefined;
  /** Elements of `each()`: how many have started, and ended. */
  elements: { started: number; ended: number };
}

/** A run as it stands. */
export interface RunView {
  run: string;
  pipeline: string;
  startedAt: number;
  readonly blocks: Map<string, BlockView>;
}

/** Every event but those of the run as a whole. */
type EventWithin = Exclude<RunEvent, { type: "run_started" | "run_ended" }>;

/** The view of a run of which nothing is known yet. */
export function emptyRunView(): RunView {
  return { run: "", pipeline: "", startedAt: 0, blocks: new Map() };
}

/** Takes an event into the view, in place: a long run has many. */
export function noteEvent(view: RunView, event: RunEvent): void {
  if (event.type === "run_started") return start(view, event);
  if (event.type === "run_ended") {
    for (const { name, status } of event.result.blocks) noteStatus(view, name, status);
    return;
  }
  const block = view.blocks.get(event.block ?? "");
  if (!block) return;
  if (event.element === undefined) noteBlock(block, event);
  else noteElement(block, event);
}

function start(view: RunView, event: Extract<RunEvent, { type: "run_started" }>): void {
  view.run = event.run;
  view.pipeline = event.pipeline;
  view.startedAt = event.at;
  for (const { name, kind, action } of event.blocks) {
    const isReused = action === "reuse";
    view.blocks.set(name, {
      name,
      kind,
      status: isReused ? "completed" : "initial",
      isReused,
      startedAt: undefined,
      ms: undefined,
      rows: null,
      attempt: 0,
      nextAt: undefined,
      reason: undefined,
      progress: undefined,
      elements: { started: 0, ended: 0 },
    });
  }
}

function noteBlock(block: BlockView, event: EventWithin): void {
  switch (event.type) {
    case "block_started":
      block.status = "running";
      block.startedAt ??= event.at;
      block.attempt = event.attempt;
      block.nextAt = undefined;
      block.reason = undefined;
      return;
    case "block_retrying":
      block.status = "queued";
      block.nextAt = event.at + event.delayMs;
      block.reason = `${tryOf(event)} failed`;
      block.progress = undefined;
      return;
    case "block_waiting":
      block.status = "queued";
      block.nextAt = event.at + event.everyMs;
      block.reason = "not yet";
      return;
    case "block_ended":
      block.status = event.status;
      block.ms = event.ms;
      block.rows = event.rows;
      block.attempt = event.attempts;
      block.nextAt = undefined;
      block.reason = event.reason;
      block.progress = undefined;
      return;
    case "progress":
      block.progress = event;
  }
}

function noteElement(block: BlockView, event: EventWithin): void {
  if (event.type === "block_started" && event.attempt === 1) block.elements.started++;
  if (event.type === "block_ended") block.elements.ended++;
}

/** A block that the run's end overtook has no event of its own. */
function noteStatus(view: RunView, name: string, status: BlockStatus): void {
  const block = view.blocks.get(name);
  if (block) block.status = status;
}
