/** Decides what a run does with each block: run it, reuse it, or take its outputs from another run.
 *  Pure: reads a Pipeline and what is known of earlier runs, returns a Plan, touches nothing. @module */
import type { Block, BlockKind, Pipeline } from "../compile/pipeline.ts";
import { RequestError } from "./request_error.ts";
import type { BlockRunRow, Fingerprint } from "./run_store.ts";

export interface PlannedBlock {
  readonly name: string;
  readonly kind: BlockKind;
  readonly upstream: readonly string[];
  readonly action: "run" | "reuse";
  /** In a resumed run, why. */
  readonly reason: string | null;
  /** Tries that the block had in earlier tries of this run. */
  readonly attemptsBefore: number;
  readonly fingerprint: Fingerprint | null;
  /** Since when a sensor waits, where it did so in an earlier process of the same try. */
  readonly waitingSince?: number;
}

export interface Plan {
  /** In the notebook's order; blocks that the run leaves out are absent. */
  readonly blocks: readonly PlannedBlock[];
  /** By block outside the run: the run whose saved outputs stand in for it. */
  readonly loads: Readonly<Record<string, string>>;
}

export interface PlanOptions {
  readonly fingerprints: ReadonlyMap<string, Fingerprint>;
  /** The block runs of the run that is resumed, elements left out. */
  readonly previous?: readonly BlockRunRow[];
  /** Whether they are of the same try of the run, so that what its sensors waited counts. */
  readonly isSameTry?: boolean;
  /** The one block that was asked for, by itself or with all of its upstream. */
  readonly only?: { readonly block: string; readonly withUpstream: boolean } | undefined;
  /** For a block by itself: which run has the outputs of each upstream block saved. */
  readonly saved?: ReadonlyMap<string, string>;
}

/** What a run of `pipeline` does with each block, in the notebook's order.
 *
 * @throws {RequestError} when `only` names no block, or inputs of it were saved by no run. */
export function planRun(pipeline: Pipeline, options: PlanOptions): Plan {
  const { fingerprints, previous, isSameTry = false, only, saved = new Map() } = options;
  const chosen = chooseBlocks(pipeline, only);
  const blocks: PlannedBlock[] = [];
  const running = new Set<string>();
  for (const block of chosen) {
    const fingerprint = fingerprints.get(block.name) ?? null;
    const again = previous && whyAgain(block, fingerprint, previous, running);
    const action = previous && again === undefined ? "reuse" : "run";
    if (action === "run") running.add(block.name);
    const before = previous && findBefore(block, previous);
    blocks.push({
      name: block.name,
      kind: block.kind,
      upstream: block.upstream,
      action,
      reason: previous ? again ?? "completed before" : null,
      attemptsBefore: before?.attempts ?? 0,
      fingerprint,
      ...(isSameTry && before?.wait ? { waitingSince: before.wait.since } : {}),
    });
  }
  return { blocks, loads: planLoads(chosen, saved) };
}

/** The blocks whose outputs a run of `block` by itself needs from an earlier run. */
export function inputBlocks(pipeline: Pipeline, name: string): readonly Block[] {
  const block = pipeline.blocks.find((candidate) => candidate.name === name);
  const wanted = new Set(block?.inputs.map((input) => input.from));
  return pipeline.blocks.filter((candidate) => wanted.has(candidate.name));
}

function chooseBlocks(pipeline: Pipeline, only: PlanOptions["only"]): readonly Block[] {
  if (!only) return pipeline.blocks;
  const byName = new Map(pipeline.blocks.map((block) => [block.name, block]));
  const asked = byName.get(only.block);
  if (!asked) {
    throw new RequestError(`Cannot run block ${only.block}: ${pipeline.name} has no such block`);
  }
  if (!only.withUpstream) return [asked];
  const wanted = new Set([asked.name]);
  for (const block of pipeline.blocks.toReversed()) {
    if (wanted.has(block.name)) block.upstream.forEach((name) => wanted.add(name));
  }
  return pipeline.blocks.filter((block) => wanted.has(block.name));
}

/** Why a block cannot be reused, or undefined where it can. */
function whyAgain(
  block: Block,
  fingerprint: Fingerprint | null,
  previous: readonly BlockRunRow[],
  running: ReadonlySet<string>,
): string | undefined {
  if (block.kind === "callback") return "callbacks listen to every try";
  const before = findBefore(block, previous);
  if (!before) return "new block";
  if (before.status !== "completed") return beforeTexts[before.status] ?? "did not run before";
  const changed = whatChanged(fingerprint, before.fingerprint);
  if (changed) return changed;
  const above = block.upstream.find((name) => running.has(name));
  if (above) return `upstream ${above} runs again`;
  return before.hasSavedOutputs ? undefined : "its outputs were not kept";
}

function findBefore(block: Block, previous: readonly BlockRunRow[]): BlockRunRow | undefined {
  return previous.find((row) => row.block === block.name && row.element === null);
}

const beforeTexts: Readonly<Record<string, string>> = {
  failed: "failed before",
  upstream_failed: "its upstream failed before",
  condition_failed: "its condition did not hold before",
  cancelled: "cancelled before",
};

function whatChanged(now: Fingerprint | null, before: Fingerprint | null): string | undefined {
  if (!now || !before) return "its code is not known from before";
  if (now.code !== before.code) return "code changed";
  const parameter = changedKey(now.parameters, before.parameters);
  if (parameter !== undefined) return `parameter ${parameter} changed`;
  const upstream = changedKey(now.upstream, before.upstream);
  return upstream === undefined ? undefined : `upstream ${upstream} changed`;
}

function changedKey(
  now: Readonly<Record<string, string>>,
  before: Readonly<Record<string, string>>,
): string | undefined {
  return Object.keys({ ...now, ...before }).find((key) => now[key] !== before[key]);
}

function planLoads(
  chosen: readonly Block[],
  saved: ReadonlyMap<string, string>,
): Readonly<Record<string, string>> {
  const inside = new Set(chosen.map((block) => block.name));
  const loads: Record<string, string> = {};
  for (const block of chosen) {
    for (const { name, from } of block.inputs) {
      if (inside.has(from)) continue;
      const run = saved.get(from);
      if (run === undefined) {
        throw new RequestError(
          `Cannot run ${block.name} by itself: it reads ${name} of ${from}, which no run has saved; ` +
            `run ${from} first, or add --upstream`,
        );
      }
      loads[from] = run;
    }
  }
  return loads;
}
