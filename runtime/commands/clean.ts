/** `clean`: removes from `.sluice/` what can be made again; history and databases stay. @module */
import { join } from "../context/paths.ts";
import type { RunStore } from "../run/run_store.ts";
import type { Declare } from "./commands.ts";
import { EXIT, UsageError } from "./exit_code.ts";
import { withHistory } from "./history.ts";
import { counted, formatBytes } from "./render/format.ts";

/** Compiled notebooks, and what engines spilled. */
const REMADE = ["compiled", "tmp"] as const;

/** Declares `clean`. */
export const declare: Declare = (command) => {
  command.option("--outputs", "remove the saved block outputs of all runs too")
    .note("Where no run is going on. To forget everything, delete .sluice/ itself.");
  return async (place, parsed) => {
    const { outputs } = parsed.opts<{ outputs?: boolean }>();
    const folders: string[] = [...REMADE];
    if (outputs) folders.push("outputs");
    await withHistory(place, async (store) => {
      await refuseWhileRunning(store);
      if (outputs) await store.forgetOutputs();
    });
    const removed = folders.map((folder) => removeFolder(join(place.project, ".sluice", folder)))
      .reduce((sum, one) => ({ files: sum.files + one.files, bytes: sum.bytes + one.bytes }));
    const rest = outputs ? ", and the outputs of all runs" : "";
    console.log(`Removed ${counted(removed.files, "file")}, ${formatBytes(removed.bytes)}${rest}`);
    return EXIT.completed;
  };
};

async function refuseWhileRunning(store: RunStore): Promise<void> {
  const going = (await store.listRuns({ limit: 1000 })).find(({ status }) =>
    status === "running" || status === "initial"
  );
  if (going) {
    throw new UsageError(
      `Cannot clean: run ${going.id} of ${going.pipeline} is going on; wait for its end, or cancel it`,
    );
  }
}

interface Removed {
  readonly files: number;
  readonly bytes: number;
}

function removeFolder(folder: string): Removed {
  const size = sizeOf(folder);
  if (size.files > 0) Deno.removeSync(folder, { recursive: true });
  return size;
}

function sizeOf(folder: string): Removed {
  let files = 0;
  let bytes = 0;
  for (const entry of entriesOf(folder)) {
    const path = join(folder, entry.name);
    const inside = entry.isDirectory
      ? sizeOf(path)
      : { files: 1, bytes: Deno.lstatSync(path).size };
    files += inside.files;
    bytes += inside.bytes;
  }
  return { files, bytes };
}

function entriesOf(folder: string): Deno.DirEntry[] {
  try {
    return [...Deno.readDirSync(folder)];
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return [];
    throw error;
  }
}
