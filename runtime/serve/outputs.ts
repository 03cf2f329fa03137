/** What the blocks of a run handed on, as far as it is still kept, and a look into it. @module */
import { join } from "node:path";
import type { Media } from "../table/media.ts";
import type { TableFiles } from "../run/edge_values.ts";
import { outputsFolder, readEncoded } from "../run/outputs.ts";
import type { OutputRow } from "../run/run_store.ts";
import { Problem } from "./problem.ts";
import type { ServerParts } from "./server_parts.ts";

/** One output of a block. */
export interface ListedOutput extends OutputRow {
  readonly block: string;
}

/** The beginning of an output. */
export interface OutputPreview {
  readonly media: Media;
  /** How many of a table's rows are shown; 0 for a value. */
  readonly rows: number;
  /** Whether there are more. */
  readonly isPart: boolean;
}

type Parts = Pick<ServerParts, "projectFolder" | "store">;

/** The outputs that a run has saved, by block. */
export async function listOutputs(
  run: string,
  { store }: Pick<Parts, "store">,
): Promise<readonly ListedOutput[]> {
  const blocks = (await store.listBlockRuns(run)).filter(({ hasSavedOutputs }) => hasSavedOutputs);
  const names = [...new Set(blocks.map(({ block }) => block))];
  const outputs = names.map(async (block) =>
    (await store.listOutputs(run, block)).map((output) => ({ ...output, block }))
  );
  return (await Promise.all(outputs)).flat();
}

/** The output of that name.
 *
 * @throws {Problem} 404 where the history knows of none: a name never becomes a path. */
export async function outputOf(
  run: string,
  { block, name }: { readonly block: string; readonly name: string },
  parts: Parts,
): Promise<ListedOutput> {
  const outputs = await listOutputs(run, parts);
  const found = outputs.find((output) => output.block === block && output.name === name);
  if (found) return found;
  const kept = outputs.map((output) => `${output.block}/${output.name}`).join(", ");
  throw new Problem(
    404,
    `Cannot find output ${name} of ${block} in run ${run}: ${
      kept === "" ? "it has none, or they are no longer kept" : `it has ${kept}`
    }`,
  );
}

/** The beginning of an output. Of a table no more is read than its first batch, however long it is.
 *
 * @throws {Problem} 404 where its files are gone. */
export async function previewOutput(
  run: string,
  { block, name, rows: allRows }: ListedOutput,
  { projectFolder, store }: Parts,
): Promise<OutputPreview> {
  const folder = outputsFolder(projectFolder, run);
  try {
    const encoded = await readEncoded({ run, folder, block }, name, store);
    const [{ decodeValue, isTable }, { mediaOf }] = await Promise.all([
      import("../run/edge_values.ts"),
      import("../table/media.ts"),
    ]);
    const table = (file: string) => beginning(join(folder, block, file));
    // Of a stream too its beginning is a table.
    const files = { table, stream: table } as unknown as TableFiles;
    const value = await decodeValue(encoded, files);
    const rows = isTable(value) ? value.numRows : 0;
    return { media: mediaOf(value), rows, isPart: rows > 0 && rows < (allRows ?? 0) };
  } catch (cause) {
    const reason = cause instanceof Error && cause.cause ? cause.cause : cause;
    if (!(reason instanceof Deno.errors.NotFound)) throw cause;
    throw new Problem(404, `Cannot look into ${name} of ${block}: its files are gone`, { cause });
  }
}

/** So many rows are looked at. */
const MOST_ROWS = 10_000;

async function beginning(path: string) {
  const [{ openIpc }, { tableFromBatches }] = await Promise.all([
    import("../table/ipc.ts"),
    import("../table/table_from_batches.ts"),
  ]);
  const { schema, batches } = openIpc(path);
  try {
    const { value } = batches.next();
    return tableFromBatches(schema, value ? [value] : []).slice(0, MOST_ROWS);
  } finally {
    batches.return(undefined);
  }
}
