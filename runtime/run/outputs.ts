/** The outputs of blocks at rest: a folder for each block of a run, under `.sluice/outputs`. @module */
import { decodeValue, type EncodedOutputs, type TableFiles } from "./edge_values.ts";
import type { OutputRow } from "./run_store.ts";

const VALUES = "values.json";
/** No literal in `import()`: what is one is resolved at the start of every run, Arrow with it. */
const IPC = new URL("../table/ipc.ts", import.meta.url).href;

/** Where the outputs of a run lie. */
export function outputsFolder(projectFolder: string, run: string): string {
  return `${projectFolder}/.sluice/outputs/${run}`;
}

/** Writes the tables, then the values: where the values are, everything is.
 *
 * A stream among the tables is read to its end. @throws {Error} when the folder cannot be written. */
export async function writeOutputs(
  folder: string,
  encoded: EncodedOutputs,
): Promise<readonly OutputRow[]> {
  await Deno.mkdir(folder, { recursive: true });
  const sizes = new Map<string, { rows: number | null; bytes: number }>();
  for (const name of Object.keys(encoded.values)) sizes.set(name, { rows: null, bytes: 0 });
  for (const { variable, file, table } of encoded.tables) {
    const { writeIpc } = await loadIpc();
    const written = await writeIpc(table, `${folder}/${file}`);
    const before = sizes.get(variable);
    sizes.set(variable, {
      rows: (before?.rows ?? 0) + written.rows,
      bytes: (before?.bytes ?? 0) + written.bytes,
    });
  }
  await Deno.writeTextFile(`${folder}/${VALUES}.part`, JSON.stringify(encoded.values));
  await Deno.rename(`${folder}/${VALUES}.part`, `${folder}/${VALUES}`);
  return [...sizes].map(([name, size]) => ({ name, ...size }));
}

/** Reads one variable of a block's folder; every call reads anew, so a stream may have many readers.
 *
 * @throws {Error} when it is not there. */
export async function readOutput(folder: string, name: string): Promise<unknown> {
  const values = JSON.parse(await readValues(folder)) as Record<string, unknown>;
  if (!Object.hasOwn(values, name)) {
    throw new Error(`Cannot read ${name} from ${folder}: it was not saved; run its block again`);
  }
  return await decodeValue(values[name], filesIn(folder));
}

/** Deletes what a run saved; nothing there is fine too. */
export async function removeOutputs(projectFolder: string, run: string): Promise<void> {
  try {
    await Deno.remove(outputsFolder(projectFolder, run), { recursive: true });
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
}

async function readValues(folder: string): Promise<string> {
  try {
    return await Deno.readTextFile(`${folder}/${VALUES}`);
  } catch (cause) {
    throw new Error(
      `Cannot read the saved outputs in ${folder}: ${
        (cause as Error).message
      }; run the block again`,
      { cause },
    );
  }
}

function filesIn(folder: string): TableFiles {
  return {
    table: async (file) => (await loadIpc()).readIpc(`${folder}/${file}`),
    stream: async (file) => (await loadIpc()).scanIpc(`${folder}/${file}`),
  };
}

async function loadIpc(): Promise<typeof import("../table/ipc.ts")> {
  return await import(IPC);
}
