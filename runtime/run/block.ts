/** One block of a run: its inputs, its tries, and what it hands on and saves. @module */
import type { Block } from "../compile/pipeline.ts";
import { currentScope } from "../context/scope.ts";
import { TableStream } from "../table/table.ts";
import { refuseUnjudged } from "../table/unjudged.ts";
import type { BlockValues, Handed } from "./block_values.ts";
import { type EncodedOutputs, encodeOutputs } from "./edge_values.ts";
import { openEach } from "./elements.ts";
import type { Execution } from "./execution.ts";
import { LeaseLostError } from "./run_store.ts";
import { type OutputsPlace, writeOutputs, writeValues } from "./outputs.ts";
import type { BlockStatus } from "./status.ts";
import { type Ended, runTries, type Work } from "./tries.ts";

/** A block of the emitted module. */
export type BlockFunction = (
  inputs: Record<string, unknown>,
) => Promise<Record<string, unknown> | void>;

export interface BlockOptions {
  readonly call: BlockFunction;
  readonly attemptsBefore: number;
  /** Of a sensor that waited in an earlier process of the try. */
  readonly waitingSince: number | undefined;
  readonly values: BlockValues;
}

interface Result {
  readonly handed: Handed;
  readonly encoded: EncodedOutputs;
  readonly isSaved: boolean;
}

/** Runs the block to its end. */
export async function runBlock(
  execution: Execution,
  block: Block,
  { call, attemptsBefore, waitingSince, values }: BlockOptions,
): Promise<Ended<unknown>> {
  const registerHandler = refuseHandlers(block.name);
  const ended = await runTries<Result>(execution, {
    key: { block: block.name, element: null },
    block,
    attemptsBefore,
    waitingSince,
    wait: execution.order.parked?.waits[block.name],
    parent: execution.signal,
    each: openEach(execution, { block, registerHandler }),
    registerHandler,
  }, async () => {
    const returned = await call(await values.read(block.inputs));
    const work = await workFrom(execution, block, {
      returned: returned ?? {},
      place: values.placeOf(block.name),
    });
    refuseUnjudged(currentScope());
    return work;
  });
  values.release(block.inputs);
  if (ended.status !== "completed") return ended;
  const { handed, encoded, isSaved } = ended.value;
  values.handOn(block.name, handed);
  if (!isSaved && execution.order.keep !== "none") {
    execution.beside.add(save(execution, block.name, encoded, values.placeOf(block.name)));
  }
  return ended;
}

/** Streams can be read once only, so they are spooled to disk before it completes; values without
 *  tables are so small that they are saved by then too. */
async function workFrom(
  { order }: Execution,
  block: Block,
  { returned, place }: {
    readonly returned: Record<string, unknown>;
    readonly place: OutputsPlace;
  },
): Promise<Work<Result>> {
  const outputs = Object.fromEntries(block.outputs.map((name) => [name, returned[name]]));
  const encoded = encodeOutputs(block.name, outputs);
  if (encoded.tables.some(({ table }) => table instanceof TableStream)) {
    const saved = await writeOutputs(place, encoded);
    const rows = saved.reduce((sum, output) => sum + (output.rows ?? 0), 0);
    return { value: { handed: "saved", encoded, isSaved: true }, rows, saved };
  }
  const rows = encoded.tables.length === 0 ? null : countRows(encoded);
  const saved = savedValues(encoded, { place, isKept: order.keep !== "none" });
  return { value: { handed: outputs, encoded, isSaved: saved !== null }, rows, saved };
}

/** Null where tables are still to be written, and where writing failed: saving again says why. */
function savedValues(
  encoded: EncodedOutputs,
  { place, isKept }: { readonly place: OutputsPlace; readonly isKept: boolean },
): Work<Result>["saved"] {
  if (Object.keys(encoded.values).length === 0) return [];
  if (encoded.tables.length > 0 || !isKept) return null;
  try {
    return writeValues(place, encoded);
  } catch {
    return null;
  }
}

function countRows({ tables }: EncodedOutputs): number {
  return tables.reduce((sum, { table }) => sum + ("numRows" in table ? table.numRows : 0), 0);
}

/** The run does not fail when its outputs could not be saved; a resume runs the block again. */
async function save(
  { announce, writer, tell }: Execution,
  block: string,
  encoded: EncodedOutputs,
  place: OutputsPlace,
): Promise<void> {
  try {
    await writer.saveOutputs(block, await writeOutputs(place, encoded));
  } catch (error) {
    if (error instanceof LeaseLostError) throw error;
    const why = await tell(error);
    announce({
      type: "log",
      at: Date.now(),
      block,
      stream: "stderr",
      text: `the outputs of ${block} were not saved, so a resume will run it again: ${why}`,
    });
  }
}

function refuseHandlers(block: string): () => never {
  return () => {
    throw new Error(
      `Cannot listen in ${block}: on() is for callback blocks; give the cell the header \`//| callback: <name>\``,
    );
  };
}

/** What a block that did not run is recorded with. */
export function skipBlock(
  { writer, announce, beside }: Execution,
  block: Block,
  { status, reason, attempts }: {
    readonly status: BlockStatus;
    readonly reason: string;
    readonly attempts: number;
  },
): void {
  const at = Date.now();
  const told = { status, at, ms: 0, attempts, rows: null, reason };
  const written = writer.endBlock({
    ...told,
    block: block.name,
    element: null,
    kind: block.kind,
    error: null,
    peakRssBytes: null,
    saved: null,
    lastAttempt: null,
  });
  beside.add(written.then(() => announce({ type: "block_ended", block: block.name, ...told })));
}
