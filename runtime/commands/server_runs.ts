/** Runs asked of the project's running server; how they go on is read from the history. @module */
import type { Acceptance } from "../dispatch/api.ts";
import type { RunningServer } from "../serve/server_file.ts";
import { openStore } from "../store/open_store.ts";
import { askServer } from "./ask_server.ts";
import type { Place } from "./place.ts";
import type { RunPlace } from "./run_place.ts";

/** Calls `work` with the server as the place of runs. */
export async function withServerRuns<Result>(
  { project }: Place,
  server: RunningServer,
  work: (runs: RunPlace) => Promise<Result>,
): Promise<Result> {
  const store = openStore(project);
  try {
    return await work({ store, server, ...callsTo(server) });
  } finally {
    store.close();
  }
}

function callsTo(server: RunningServer): Omit<RunPlace, "store" | "server"> {
  const post = async <Answer>(path: string, body?: unknown): Promise<Answer> =>
    await askServer(server, path, { method: "POST", body }) as Answer;
  const at = (kind: string, name: string) => `/api/${kind}/${encodeURIComponent(name)}`;
  return {
    fire: (trigger, variables) =>
      post<Acceptance>(`${at("triggers", trigger)}/fire`, { variables }),
    async cancel(run) {
      await post(`${at("runs", run)}/cancel`);
    },
    async resume(run, variables) {
      await post(`${at("runs", run)}/resume`, { variables });
    },
    retry: async (run) => (await post<{ run: string }>(`${at("runs", run)}/retry`)).run,
    async startBackfill(request) {
      return (await post<{ backfill: string }>("/api/backfills", request)).backfill;
    },
    async cancelBackfill(backfill) {
      await post(`${at("backfills", backfill)}/cancel`);
    },
    async retryBackfill(backfill) {
      return (await post<{ retried: number }>(`${at("backfills", backfill)}/retry`)).retried;
    },
  };
}
