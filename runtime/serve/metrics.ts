/** Figures for Prometheus. Counting begins with the first request for them: until then nobody pays for the
 *  library, and a counter that begins at 0 there is what Prometheus expects. @module */
import type { ServerParts } from "./server_parts.ts";

/** The figures as text. */
export interface Exposition {
  readonly text: string;
  readonly contentType: string;
}

const SECONDS = [0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 900, 3600];

/** Begins to count; gives what makes the text of the figures as they stand. */
export async function metricsOf(
  { events }: Pick<ServerParts, "events">,
): Promise<() => Promise<Exposition>> {
  const { Counter, Histogram, Registry, collectDefaultMetrics } = await import("prom-client");
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const ended = new Counter({
    name: "sluice_runs_ended_total",
    help: "Runs that ended, by pipeline and status.",
    labelNames: ["pipeline", "status"],
    registers: [registry],
  });
  const seconds = new Histogram({
    name: "sluice_run_seconds",
    help: "How long runs took, by pipeline.",
    labelNames: ["pipeline"],
    buckets: SECONDS,
    registers: [registry],
  });
  const startedAt = new Map<string, number>();
  events.listen(({ run, event }) => {
    // A run that is tried again took all the time since its first start.
    if (event.type === "run_started" && !startedAt.has(run)) startedAt.set(run, event.at);
    if (event.type !== "run_finished") return;
    const { pipeline, status } = event;
    ended.inc({ pipeline, status });
    const at = startedAt.get(run);
    if (at !== undefined) seconds.observe({ pipeline }, (Date.now() - at) / 1000);
    startedAt.delete(run);
  });
  return async () => ({ text: await registry.metrics(), contentType: registry.contentType });
}
