/** One figure of the trigger server, in seconds (`idle`: in MB), as JSON. @module */
import { median } from "./goals.ts";
import { realServer } from "./real_server.ts";

const [figure] = Deno.args;
await using server = await realServer();
const timed = async (work: () => Promise<unknown>) => {
  const started = performance.now();
  await work();
  return (performance.now() - started) / 1000;
};
const trigger = () =>
  timed(async () => {
    await server.post("/api/runs", { pipeline: "three" });
    await server.ended(1);
  });
const fifty = () =>
  timed(async () => {
    await Promise.all(
      Array.from({ length: 50 }, () => server.post("/api/runs", { pipeline: "three" })),
    );
    await server.ended(50);
  });
const backfill = () =>
  timed(async () => {
    await server.post("/api/backfills", {
      pipeline: "one",
      start: "2024-01-12",
      end: "2024-01-19",
      unit: "day",
    });
    await server.ended(8);
  });
if (figure === "ready") console.log(JSON.stringify({ seconds: server.readySeconds }));
else {
  const work = { trigger, fifty, backfill }[figure as "trigger"];
  const all = [];
  for (let i = 0; i < Number(Deno.args[1] ?? 5); i++) all.push(await work());
  console.log(JSON.stringify({ all, seconds: median(all) }));
}
