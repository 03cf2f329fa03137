/** `/healthz`: the process answers. `/readyz`: its history does too. `/metrics`: figures for Prometheus. @module */
import { Hono } from "hono";
import { metricsOf } from "../metrics.ts";
import { Problem } from "../problem.ts";
import type { ServerParts } from "../server_parts.ts";

/** The routes. */
export function healthRoutes(parts: ServerParts): Hono {
  let metrics: ReturnType<typeof metricsOf> | undefined;
  return new Hono()
    .get("/healthz", (context) => context.json({ status: "ok" }))
    .get("/readyz", async (context) => {
      try {
        await parts.store.listRuns({ limit: 1 });
      } catch (cause) {
        throw new Problem(503, (cause as Error).message, { cause });
      }
      if (parts.signal.aborted) throw new Problem(503, "Cannot take more: the server is ending");
      return context.json({ status: "ready" });
    })
    .get("/metrics", async (context) => {
      const { text, contentType } = await (metrics ??= metricsOf(parts)).then((make) => make());
      return context.body(text, 200, { "content-type": contentType });
    });
}
