/** What blocks have handed on in this process, held only as long as somebody will read it. @module */
import type { Pipeline } from "../compile/pipeline.ts";
import { outputsFolder, type OutputsPlace, readOutput } from "./outputs.ts";
import type { RunOrder } from "./request.ts";
import type { RunStore } from "./run_store.ts";

/** A block's outputs: in memory, or (streams, reused and loaded ones) on disk. */
export type Handed = Readonly<Record<string, unknown>> | "saved";

export class BlockValues {
  readonly #order: RunOrder;
  readonly #store: Pick<RunStore, "findValue">;
  readonly #handed = new Map<string, Handed>();
  /** How many blocks of the run are still to read a block's outputs. */
  readonly #readers = new Map<string, number>();

  constructor(order: RunOrder, store: Pick<RunStore, "findValue">) {
    this.#order = order;
    this.#store = store;
    for (const block of runningBlocks(order)) {
      for (const from of new Set(block.inputs.map((input) => input.from))) {
        this.#readers.set(from, (this.#readers.get(from) ?? 0) + 1);
      }
    }
  }

  handOn(block: string, handed: Handed): void {
    if (this.#readers.has(block)) this.#handed.set(block, handed);
  }

  /** One try's inputs by name: streams are opened anew for each. */
  async read(
    inputs: readonly { readonly name: string; readonly from: string }[],
  ): Promise<Record<string, unknown>> {
    const pairs = inputs.map(async ({ name, from }) => [name, await this.#readOne(name, from)]);
    return Object.fromEntries(await Promise.all(pairs));
  }

  /** The block has ended: what nobody else will read is let go. */
  release(inputs: readonly { readonly from: string }[]): void {
    for (const from of new Set(inputs.map((input) => input.from))) {
      const left = (this.#readers.get(from) ?? 0) - 1;
      this.#readers.set(from, left);
      if (left <= 0) this.#handed.delete(from);
    }
  }

  /** Where the block's outputs are saved. */
  placeOf(block: string): OutputsPlace {
    const { plan, projectFolder, lease } = this.#order;
    const run = plan.loads[block] ?? lease.run;
    return { run, folder: outputsFolder(projectFolder, run), block };
  }

  async #readOne(name: string, from: string): Promise<unknown> {
    const handed = this.#handed.get(from);
    if (handed === undefined || handed === "saved") {
      return await readOutput(this.placeOf(from), name, this.#store);
    }
    return handed[name];
  }
}

function runningBlocks(order: RunOrder): Pipeline["blocks"] {
  const running = new Set(
    order.plan.blocks.filter(({ action }) => action === "run").map(({ name }) => name),
  );
  return order.compiled.pipeline.blocks.filter(({ name }) => running.has(name));
}
