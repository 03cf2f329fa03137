/** Outputs that the history has as saved and that are no longer there: somebody deleted their files, to make
 *  room. A run that is resumed makes them again. @module */
import { outputsFolder } from "./outputs.ts";
import type { BlockRunRow, RunStore } from "./run_store.ts";

/** Where a run's outputs are looked for. */
export interface LookedFor {
  readonly projectFolder: string;
  readonly run: string;
  readonly store: Pick<RunStore, "listOutputs">;
}

/** The blocks of a run, as ones without saved outputs where these are lost. */
export async function withoutLost(
  blocks: readonly BlockRunRow[],
  place: LookedFor,
): Promise<readonly BlockRunRow[]> {
  return await Promise.all(blocks.map(async (row) => {
    if (!row.hasSavedOutputs || !await areLost(row.block, place)) return row;
    return { ...row, hasSavedOutputs: false };
  }));
}

/** Whether a block's outputs lay in files and their folder is gone. */
export async function areLost(
  block: string,
  { projectFolder, run, store }: LookedFor,
): Promise<boolean> {
  const outputs = await store.listOutputs(run, block);
  if (!outputs.some(({ bytes }) => bytes > 0)) return false;
  try {
    await Deno.stat(`${outputsFolder(projectFolder, run)}/${block}`);
    return false;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return true;
    throw error;
  }
}
