/** Tries every writer into one folder, in a process that a test has put where writing fails, and prints
 *  the errors' messages as JSON. Argument: the folder. @module */
import { join } from "node:path";
import { tableFromQuery } from "../../../runtime/table/duckdb_to_arrow.ts";
import { duckdb } from "../../../runtime/table/engine.ts";
import { writeArrow } from "../../../runtime/io/files/write_arrow.ts";
import { writeCsv } from "../../../runtime/io/files/write_csv.ts";
import { writeJson } from "../../../runtime/io/files/write_json.ts";
import { writeParquet } from "../../../runtime/io/files/write_parquet.ts";
import { writePartitioned } from "../../../runtime/io/files/write_partitioned.ts";

const folder = Deno.args[0]!;
const table = await tableFromQuery(
  await duckdb(),
  "select i as id, md5(i::varchar) as text, i % 2 as part from range(100_000) t(i)",
);
const writes: Record<string, (path: string) => Promise<unknown>> = {
  "a.csv": (path) => writeCsv(table, path),
  "a.csv.gz": (path) => writeCsv(table, path),
  "a.json": (path) => writeJson(table, path),
  "a.parquet": (path) => writeParquet(table, path),
  "a.arrow": (path) => writeArrow(table, path),
  "a.arrows": (path) => writeArrow(table, path),
  "new/dataset": (path) => writePartitioned(table, path, { by: "part" }),
};
const messages: Record<string, string> = {};
for (const [name, write] of Object.entries(writes)) {
  messages[name] = await write(join(folder, name)).then(
    () => "written",
    (failure: Error) => failure.message,
  );
}
const left = await Array.fromAsync(Deno.readDir(folder), ({ name }) => name);
console.log(JSON.stringify({ messages, left }));
