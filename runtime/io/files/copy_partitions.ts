/** Writes the files of a dataset, several at once: a column of folders, one file in each. @module */
import { join } from "../../context/paths.ts";
import pLimit from "p-limit";
import { lendSource } from "../../table/arrow_to_duckdb.ts";
import { writingDuckDB } from "../../table/engine.ts";
import { TableStream } from "../../table/table.ts";
import type { Rows } from "./copy_to.ts";
import { type Part, partsOf } from "./parts.ts";
import { sideBySide } from "./side_by_side.ts";
import { quotedText } from "./sql_text.ts";
import type { PartitionOptions } from "./write_partitioned.ts";
import { parquetOptions } from "./write_parquet.ts";

/** Files that are written at once, each by a thread of its own while this one gathers their rows. */
const WRITING = Math.min(4, navigator.hardwareConcurrency);
/** Files that are written or being taken at once. */
const AT_ONCE = 8;
/** Rows of a row group where a stream is written: what writers keep until it is full, and the allocator
 *  after that, adds up. A table, which is in memory whole, has DuckDB's own. */
const STREAM_GROUP_ROWS = 24_576;

export interface CopyPartitions extends Pick<PartitionOptions, "format" | "compression"> {
  readonly by: readonly string[];
  /** Names the files: `city=Oslo/part-<id>-0.parquet`. */
  readonly id: string;
  /** Called with each file as soon as it is whole, by its path below the folder. */
  readonly take?: (file: string) => Promise<void>;
}

/** Writes the rows below `folder`, which exists.
 *
 * @returns the rows, and the files below the folder, sorted
 * @throws what writing a file or `take` threw first, when everything that had begun is over */
export async function copyPartitions(
  table: Rows,
  folder: string,
  { by, id, format = "parquet", compression = "zstd", take }: CopyPartitions,
): Promise<{ readonly rows: number; readonly files: readonly string[] }> {
  const how = optionsOf({ format, compression, isStream: table instanceof TableStream });
  using divided = await partsOf(table, by);
  const named = withFiles(divided.parts, (number) => `part-${id}-${number}.${format}`);
  const writing = pLimit(WRITING);
  await sideBySide(named, AT_ONCE, async ({ part, file }) => {
    await writing(() => copyPart(part, join(folder, file), how));
    await take?.(file);
  });
  const rows = divided.parts.reduce((sum, part) => sum + part.rows, 0);
  return { rows, files: named.map(({ file }) => file).sort() };
}

function optionsOf({ format, compression, isStream }: {
  readonly format: "parquet" | "csv";
  readonly compression: "zstd" | "snappy" | "none";
  readonly isStream: boolean;
}): string[] {
  if (format === "csv") return ["format csv", "header true"];
  const options = parquetOptions(compression);
  return isStream ? [...options, `row_group_size ${STREAM_GROUP_ROWS}`] : options;
}

/** Values that SQL writes alike, such as 0.0 and -0.0, share a folder. */
function withFiles(parts: readonly Part[], fileName: (number: number) => string) {
  const counts = new Map<string, number>();
  return parts.map((part) => {
    const number = counts.get(part.folder) ?? 0;
    counts.set(part.folder, number + 1);
    return { part, file: `${part.folder}/${fileName(number)}` };
  });
}

async function copyPart(part: Part, path: string, how: readonly string[]): Promise<void> {
  await Deno.mkdir(join(path, ".."), { recursive: true });
  const engine = await writingDuckDB();
  using lent = lendSource(engine, part);
  await engine.run(`copy (from ${lent.name}) to ${quotedText(path)} (${how.join(", ")})`);
}
