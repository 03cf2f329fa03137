/** The outputs of blocks at rest: tables as Arrow files and large values as JSON files under
 *  `.sluice/outputs/<run>/<block>`, small values in the run history, beside the block's end. Whether they
 *  are whole, the history knows: a block is marked as saved only after everything is written. @module */
import { decodeValue, type EncodedOutputs, type TableFiles } from "./edge_values.ts";
import type { RunStore, SavedOutput } from "./run_store.ts";

/** A block's outputs, in the folder of a run's. */
export interface OutputsPlace {
  readonly run: string;
  /** See `outputsFolder`. */
  readonly folder: string;
  readonly block: string;
}

/** Longer values (as JSON, in characters) lie in files. */
const MOST_IN_HISTORY = 16_384;

/** Where the outputs of a run lie. */
export function outputsFolder(projectFolder: string, run: string): string {
  return `${projectFolder}/.sluice/outputs/${run}`;
}

/** Writes a block's tables, then its values. A stream among the tables is read to its end.
 *
 * @throws {Error} when the folder cannot be written. */
export async function writeOutputs(
  place: OutputsPlace,
  encoded: EncodedOutputs,
): Promise<readonly SavedOutput[]> {
  const sizes = new Map<string, { rows: number | null; bytes: number }>();
  for (const { variable, file, table } of encoded.tables) {
    const { writeIpc } = await import("../table/ipc.ts");
    const written = await writeIpc(table, `${folderOf(place)}/${file}`);
    const before = sizes.get(variable);
    sizes.set(variable, {
      rows: (before?.rows ?? 0) + written.rows,
      bytes: (before?.bytes ?? 0) + written.bytes,
    });
  }
  return writeValues(place, encoded).map((output) => ({ ...output, ...sizes.get(output.name) }));
}

/** Writes outputs that hold no tables at once: a block that handed on only values has them saved before
 *  anything below it starts. Small ones are written with the block's end, by whoever records it.
 *
 * @throws {Error} when the folder cannot be written. */
export function writeValues(
  place: OutputsPlace,
  { values }: EncodedOutputs,
): readonly SavedOutput[] {
  return Object.entries(values).map(([name, value]) => {
    const text = JSON.stringify(value);
    const isSmall = text.length <= MOST_IN_HISTORY;
    const bytes = isSmall ? 0 : writeValue(place, name, text);
    return { name, rows: null, bytes, value: isSmall ? text : null };
  });
}

/** Reads one variable of a block; every call reads anew, so a stream may have many readers.
 *
 * @throws {Error} when it is not there. */
export async function readOutput(
  place: OutputsPlace,
  name: string,
  store: Pick<RunStore, "findValue">,
): Promise<unknown> {
  return await decodeValue(await readEncoded(place, name, store), filesOf(place));
}

/** What `encodeOutputs` made of one variable of a block.
 *
 * @throws {Error} when it is not there. */
export async function readEncoded(
  place: OutputsPlace,
  name: string,
  store: Pick<RunStore, "findValue">,
): Promise<unknown> {
  const { run, block } = place;
  const text = await store.findValue(run, block, name);
  if (text !== undefined) return JSON.parse(text ?? await readValue(place, name));
  throw new Error(
    `Cannot read ${name} of ${block} from run ${run}: it was not saved; run the block again`,
  );
}

/** Deletes what a run saved; nothing there is fine too. */
export async function removeOutputs(projectFolder: string, run: string): Promise<void> {
  try {
    await Deno.remove(outputsFolder(projectFolder, run), { recursive: true });
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
}

/** Gives the size of the file. */
function writeValue(place: OutputsPlace, name: string, text: string): number {
  const folder = folderOf(place);
  Deno.mkdirSync(folder, { recursive: true });
  const file = `${folder}/${name}.json`;
  try {
    const bytes = new TextEncoder().encode(text);
    Deno.writeFileSync(file, bytes);
    return bytes.length;
  } catch (error) {
    removeQuietly(file); // Half a value on a full disk takes the room that the history needs.
    throw error;
  }
}

function removeQuietly(file: string): void {
  try {
    Deno.removeSync(file);
  } catch {
    // It was not made.
  }
}

async function readValue(place: OutputsPlace, name: string): Promise<string> {
  try {
    return await Deno.readTextFile(`${folderOf(place)}/${name}.json`);
  } catch (cause) {
    throw new Error(
      `Cannot read the saved ${name} of ${place.block}: ${
        (cause as Error).message
      }; run the block again`,
      { cause },
    );
  }
}

function filesOf(place: OutputsPlace): TableFiles {
  const folder = folderOf(place);
  return {
    table: async (file) => (await import("../table/ipc.ts")).readIpc(`${folder}/${file}`),
    stream: async (file) => (await import("../table/ipc.ts")).scanIpc(`${folder}/${file}`),
  };
}

function folderOf({ folder, block }: OutputsPlace): string {
  return `${folder}/${block}`;
}
