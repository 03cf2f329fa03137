/** The outputs of blocks at rest, under `.sluice/outputs/<run>`: `<block>.json` with the values, and a
 *  folder `<block>` with an Arrow file for each table. Whether they are whole, the history knows: a
 *  block is marked as saved only after everything is written. @module */
import { decodeValue, type EncodedOutputs, type TableFiles } from "./edge_values.ts";
import type { OutputRow } from "./run_store.ts";

/** A block's outputs, in the folder of a run's. */
export interface OutputsPlace {
  /** See `outputsFolder`. */
  readonly folder: string;
  readonly block: string;
}

/** Where the outputs of a run lie. */
export function outputsFolder(projectFolder: string, run: string): string {
  return `${projectFolder}/.sluice/outputs/${run}`;
}

/** Writes a block's tables, then its values. A stream among the tables is read to its end.
 *
 * @throws {Error} when the folder cannot be written. */
export async function writeOutputs(
  { folder, block }: OutputsPlace,
  encoded: EncodedOutputs,
): Promise<readonly OutputRow[]> {
  const sizes = new Map<string, { rows: number | null; bytes: number }>();
  for (const name of Object.keys(encoded.values)) sizes.set(name, { rows: null, bytes: 0 });
  for (const { variable, file, table } of encoded.tables) {
    const { writeIpc } = await import("../table/ipc.ts");
    const written = await writeIpc(table, `${folder}/${block}/${file}`);
    const before = sizes.get(variable);
    sizes.set(variable, {
      rows: (before?.rows ?? 0) + written.rows,
      bytes: (before?.bytes ?? 0) + written.bytes,
    });
  }
  await writeValues(`${folder}/${block}.json`, { folder, text: JSON.stringify(encoded.values) });
  return [...sizes].map(([name, size]) => ({ name, ...size }));
}

/** Writes outputs that hold no tables at once: a block that handed on only values has them saved before
 *  anything below it starts.
 *
 * @throws {Error} when the folder cannot be written. */
export function writeValuesNow(
  { folder, block }: OutputsPlace,
  { values }: EncodedOutputs,
): readonly OutputRow[] {
  const path = `${folder}/${block}.json`;
  const text = JSON.stringify(values);
  try {
    Deno.writeTextFileSync(path, text);
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
    Deno.mkdirSync(folder, { recursive: true });
    Deno.writeTextFileSync(path, text);
  }
  return Object.keys(values).map((name) => ({ name, rows: null, bytes: 0 }));
}

/** Reads one variable of a block; every call reads anew, so a stream may have many readers.
 *
 * @throws {Error} when it is not there. */
export async function readOutput(place: OutputsPlace, name: string): Promise<unknown> {
  const values = JSON.parse(await readValues(place)) as Record<string, unknown>;
  if (!Object.hasOwn(values, name)) {
    throw new Error(
      `Cannot read ${name} of ${place.block} from ${place.folder}: it was not saved; run the block again`,
    );
  }
  return await decodeValue(values[name], filesOf(place));
}

/** Deletes what a run saved; nothing there is fine too. */
export async function removeOutputs(projectFolder: string, run: string): Promise<void> {
  try {
    await Deno.remove(outputsFolder(projectFolder, run), { recursive: true });
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
}

/** The folder is there for all but a run's first block. */
async function writeValues(
  path: string,
  { folder, text }: { readonly folder: string; readonly text: string },
): Promise<void> {
  try {
    await Deno.writeTextFile(path, text);
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
    await Deno.mkdir(folder, { recursive: true });
    await Deno.writeTextFile(path, text);
  }
}

async function readValues({ folder, block }: OutputsPlace): Promise<string> {
  try {
    return await Deno.readTextFile(`${folder}/${block}.json`);
  } catch (cause) {
    throw new Error(
      `Cannot read the saved outputs of ${block}: ${(cause as Error).message}; run the block again`,
      { cause },
    );
  }
}

function filesOf({ folder, block }: OutputsPlace): TableFiles {
  return {
    table: async (file) => (await import("../table/ipc.ts")).readIpc(`${folder}/${block}/${file}`),
    stream: async (file) => (await import("../table/ipc.ts")).scanIpc(`${folder}/${block}/${file}`),
  };
}
