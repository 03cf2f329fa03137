/** One figure of the trigger server, in seconds, as JSON:
 *
 *  - `trigger`: from a request to the end of its run, three trivial blocks; the median of 20
 *  - `fifty`: from 50 such requests at once to the end of the last run, on a server that has run one
 *  - `backfill`: of 8 days of one trivial block, from the request to the end of the last run, as well
 *  - `ready`: from the start to readiness; and the memory that the server and its processes hold once all
 *    is quiet after runs of two pipelines, in MB as `peakMb`
 *  - `page`: a page of 50 of 100,000 runs, given as the second argument (a history.db); as JSON, or with the
 *    third argument `html` as people see it
 *  @module */
import { join } from "node:path";
import { heldBytes } from "../../runtime/dispatch/held_bytes.ts";
import { medianSeconds } from "./goals.ts";
import { processTree } from "./measure.ts";
import { realServer } from "./real_server.ts";

const [figure, history, format] = Deno.args;
await using server = await realServer(async (folder) => {
  if (history === undefined) return;
  await Deno.mkdir(join(folder, ".sluice"));
  await Deno.copyFile(history, join(folder, ".sluice", "history.db"));
});
console.log(JSON.stringify(await measured()));

async function measured(): Promise<{ readonly seconds: number; readonly peakMb?: number }> {
  if (figure === "trigger") return { seconds: await medianSeconds(20, runThree) };
  if (figure === "page") return { seconds: await medianSeconds(20, loadPage) };
  await runThree();
  if (figure === "fifty") return { seconds: await seconds(runFifty) };
  if (figure === "backfill") return { seconds: await seconds(backfillWeek) };
  await server.post("/api/runs", { pipeline: "one" });
  await server.ended(1);
  return { seconds: server.readySeconds, peakMb: await quietBytes() / 1e6 };
}

async function seconds(work: () => Promise<void>): Promise<number> {
  const started = performance.now();
  await work();
  return (performance.now() - started) / 1000;
}

async function runThree(): Promise<void> {
  await server.post("/api/runs", { pipeline: "three" });
  await server.ended(1);
}

async function runFifty(): Promise<void> {
  const posted = Array.from({ length: 50 }, () => server.post("/api/runs", { pipeline: "three" }));
  await Promise.all(posted);
  await server.ended(50);
}

async function backfillWeek(): Promise<void> {
  const span = { start: "2024-01-12", end: "2024-01-19", interval: 1, unit: "day" };
  await server.post("/api/backfills", { pipeline: "one", ...span });
  await server.ended(8);
}

async function loadPage(): Promise<void> {
  const answer = await server.get(format === "html" ? "/runs" : "/api/runs?limit=50");
  const text = await answer.text();
  if (!answer.ok) throw new Error(`the page gave ${answer.status}: ${text}`);
}

/** What the tree of processes holds once that is the same for three seconds. */
async function quietBytes(): Promise<number> {
  let same = 0;
  let bytes = 0;
  while (same < 3) {
    await new Promise((resolve) => setTimeout(resolve, 1000));
    const now = processTree(server.pid).reduce((sum, pid) => sum + heldBytes(pid), 0);
    same = Math.abs(now - bytes) < bytes * 0.02 ? same + 1 : 0;
    bytes = now;
  }
  return bytes;
}
