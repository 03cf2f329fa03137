/** Writes a dataset into a bucket in a process of its own, for a test to kill. Arguments: project folder,
 *  path, ifExists, run. @module */
import { writePartitioned } from "../../../runtime/io/files/write_partitioned.ts";
import { tableFromRows } from "../../../runtime/table/table_from_rows.ts";
import { inRun } from "../../services/postgres.ts";

const [folder, path, ifExists, run] = Deno.args as [string, string, "fail" | "append", string];
const types = { n: "int64", city: "string" } as const;
const table = tableFromRows([{ n: 1n, city: "Oslo" }, { n: 2n, city: "Rome" }], { types });
await inRun(folder, () => writePartitioned(table, path, { by: "city", ifExists }), { run });
