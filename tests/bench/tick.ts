/** One figure of the scheduler, in seconds, as JSON: `idle`, the median tick over 10,000 schedules of which none
 *  is due; `due`, the median tick in which 100 of them are, each fired and written to the history. @module */
import { openStore } from "../../runtime/store/open_store.ts";
import { openSchedules } from "../../runtime/trigger/schedules.ts";
import type { ScheduleTrigger } from "../../runtime/trigger/trigger.ts";
import { FakeClock, Ledger } from "../trigger/project.ts";
import { median } from "./goals.ts";

const TRIGGERS = 10_000;
const TICKS = 20;
const MINUTE_MS = 60_000;
/** 100 minutes, each with 100 schedules. */
const MINUTES = 100;

const [figure] = Deno.args;
const folder = await Deno.makeTempDir({ prefix: "sluice-bench-" });
try {
  const store = openStore(folder);
  const clock = FakeClock.at("2024-03-01T00:00:30Z");
  const schedules = openSchedules({
    projectFolder: folder,
    store,
    dispatcher: new Ledger(),
    clock,
  });
  await schedules.setTriggers(Array.from({ length: TRIGGERS }, (_, at) => scheduled(at)));
  const ticks: number[] = [];
  for (let tick = 0; tick < TICKS; tick++) {
    clock.time += figure === "due" ? MINUTE_MS : 1;
    const started = performance.now();
    await schedules.tick();
    ticks.push(performance.now() - started);
  }
  await schedules.close();
  store.close();
  console.log(JSON.stringify({ seconds: median(ticks) / 1000 }));
} finally {
  await Deno.remove(folder, { recursive: true });
}

function scheduled(at: number): ScheduleTrigger {
  const minute = at % MINUTES;
  const pattern = `${minute % 60} ${Math.floor(minute / 60)} * * *`;
  return {
    kind: "schedule",
    name: `trigger_${at}`,
    pipeline: "taxi",
    description: undefined,
    enabled: true,
    profile: undefined,
    variables: {},
    timeoutMs: undefined,
    retry: undefined,
    concurrency: "allow",
    slaMs: undefined,
    onLost: "resume",
    startMs: undefined,
    missed: "catch_up",
    schedule: { kind: "cron", pattern, zone: "UTC" },
  };
}
