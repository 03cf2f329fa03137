/** Writes CSV files as one stream in a process of its own and prints the peak of its memory, in MB (10⁶
 *  bytes). Arguments: project folder, what to write, the CSV files' pattern. @module */
import { check } from "../../runtime/table/check.ts";
import { filter } from "../../runtime/table/filter.ts";
import { scanIpc, writeIpc } from "../../runtime/table/ipc.ts";
import type { TableStream } from "../../runtime/table/table.ts";
import { scanCsv } from "../../runtime/io/files/scan_csv.ts";
import { writeParquet } from "../../runtime/io/files/write_parquet.ts";
import { writePartitioned } from "../../runtime/io/files/write_partitioned.ts";
import { postgres } from "../../runtime/io/postgres/connection.ts";
import { inRun } from "../services/postgres.ts";

const SAMPLE_MS = 5;

/** The stream as the next block reads it. */
async function overEdge(trips: TableStream<unknown>): Promise<TableStream<unknown>> {
  await writeIpc(trips, `${folder}/trips.arrow`);
  return await scanIpc(`${folder}/trips.arrow`);
}

const [folder, what, pattern] = Deno.args as [string, string, string];
const types = { id: "int64", city: "string", fare: "float64", note: "string" } as const;
let peak = 0;
const sampling = setInterval(() => peak = Math.max(peak, Deno.memoryUsage().rss), SAMPLE_MS);
await inRun(folder, async () => {
  const trips = filter(await scanCsv(pattern, { types }), (trip) => (trip.id ?? 0) % 10 !== 0);
  check(trips, { "every trip has a fare": (trip) => trip.fare !== null });
  if (what === "Postgres") await postgres("dev").write(trips, "trips", { ifExists: "replace" });
  else if (what === "Parquet") await writeParquet(await overEdge(trips), `${folder}/trips.parquet`);
  else await writePartitioned(trips, `${folder}/trips`, { by: "city" });
});
clearInterval(sampling);
const status = await Deno.readTextFile("/proc/self/status").catch(() => "");
const kilobytes = /^VmHWM:\s+(\d+) kB$/m.exec(status)?.[1];
console.log(kilobytes === undefined ? peak / 1e6 : Number(kilobytes) * 1024 / 1e6);
