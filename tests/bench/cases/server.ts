/** The trigger server, asked over HTTP. The peer's figures are those of the same work on a machine like it. */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { openStore } from "../../../runtime/store/open_store.ts";
import type { AcceptedRun } from "../../../runtime/store/run_queue.ts";
import type { Bench } from "../bench.ts";
import type { Case } from "../case.ts";
import { figure } from "../contenders.ts";
import { peakOf, secondsOf } from "../goals.ts";

const RUNS = 100_000;
const TOGETHER = 10_000;

const server: Case = {
  name: "server",
  title: "The trigger server",
  contenders: async (bench) => {
    const history = await longHistory(bench);
    return [
      figure(bench, "server.ts", { name: "trigger → completed", args: ["trigger"] }),
      figure(bench, "server.ts", { name: "50 triggers at once", args: ["fifty"] }),
      figure(bench, "server.ts", { name: "backfill of 8 days", args: ["backfill"] }),
      figure(bench, "server.ts", { name: "start → ready; idle MB", args: ["ready"] }),
      figure(bench, "server.ts", { name: "50 of 100,000 runs", args: ["page", history] }),
      figure(bench, "server.ts", { name: "its page", args: ["page", history, "html"] }),
    ];
  },
  goals: [
    goal("trigger → completed", "seconds, at most 0.15 (the peer: 36.4)", 0.15),
    goal("50 triggers at once", "seconds, at most 3 (the peer: 30.9)", 3),
    goal("backfill of 8 days", "seconds, at most 1.5 (the peer: 35.7)", 1.5),
    goal("start → ready; idle MB", "seconds, at most 0.8 (the peer: 7.6)", 0.8),
    {
      text: "idle with warm processes, MB, at most 250 (the peer: 497)",
      limit: 250,
      value: peakOf("start → ready; idle MB"),
    },
    goal("50 of 100,000 runs", "seconds, at most 0.05", 0.05),
    goal("its page", "seconds, at most 0.05", 0.05),
  ],
};

export const cases = [server];

function goal(contender: string, text: string, limit: number): Case["goals"][number] {
  return { text: `${contender}, ${text}`, limit, value: secondsOf(contender) };
}

/** A history of 100,000 runs of 20 pipelines, made once. */
async function longHistory({ folder }: Bench): Promise<string> {
  const path = join(folder, "history_100000.db");
  if (existsSync(path)) return path;
  console.error(`making ${path} …`);
  const project = await Deno.makeTempDir({ prefix: "sluice-bench-" });
  try {
    const store = openStore(project);
    for (let from = 0; from < RUNS; from += TOGETHER) {
      await store.acceptRuns(Array.from({ length: TOGETHER }, (_, at) => refusedRun(from + at)));
    }
    store.close();
    await Deno.rename(join(project, ".sluice", "history.db"), path);
  } finally {
    await Deno.remove(project, { recursive: true });
  }
  return path;
}

function refusedRun(at: number): AcceptedRun {
  const createdAt = Date.UTC(2024, 0, 1) + at * 60_000;
  return {
    id: `run-${String(at).padStart(6, "0")}`,
    pipeline: `pipeline_${at % 20}`,
    notebook: `/project/notebooks/pipeline_${at % 20}.ipynb`,
    createdAt,
    executionDate: Temporal.Instant.fromEpochMilliseconds(createdAt).toZonedDateTimeISO("UTC")
      .toString(),
    interval: null,
    variables: {},
    profile: null,
    event: undefined,
    block: null,
    hasUpstream: false,
    keep: "all",
    trigger: at % 2 === 0 ? `trigger_${at % 20}` : null,
    backfill: null,
    key: null,
    priority: 0,
    lane: null,
    isSkippable: false,
    compiled: null,
    timeoutMs: null,
    retry: null,
    slaMs: null,
    onLost: "resume",
    refusal: "Cannot connect to Postgres at localhost:5433 (profile dev): connection refused",
  };
}
