/** The server's routes behind its guards; what a route throws becomes problem+json. @module */
import { Hono } from "hono";
import { Problem, problemResponse } from "./problem.ts";
import { assetRoutes } from "./routes/assets.ts";
import { backfillRoutes } from "./routes/backfills.ts";
import { eventRoutes } from "./routes/events.ts";
import { firingRoutes, hookRoutes } from "./routes/firing.ts";
import { healthRoutes } from "./routes/health.ts";
import { pageRoutes } from "./routes/pages.tsx";
import { pipelineRoutes } from "./routes/pipelines.ts";
import { runChangeRoutes } from "./routes/run_changes.ts";
import { runRoutes } from "./routes/runs.ts";
import { triggerRoutes } from "./routes/triggers.ts";
import { type GuardOptions, guards } from "./security/guard.ts";
import type { ServerParts } from "./server_parts.ts";

/** The whole application, to be served. */
export function appOf(parts: ServerParts, options: GuardOptions): Hono {
  const app = new Hono();
  for (const guard of guards(options)) app.use(guard);
  app.get("/api", (context) => context.json({ requests: requestsOf(app) }));
  app.route("/", healthRoutes(parts));
  app.route("/api/pipelines", pipelineRoutes(parts));
  app.route("/api/runs", runRoutes(parts));
  app.route("/api/runs", runChangeRoutes(parts));
  app.route("/api/triggers", triggerRoutes(parts));
  app.route("/api/triggers", firingRoutes(parts));
  app.route("/api/backfills", backfillRoutes(parts));
  app.route("/hooks", hookRoutes(parts));
  app.route("/api/events", eventRoutes(parts));
  app.route("/assets", assetRoutes());
  app.route("/", pageRoutes(parts));
  app.notFound((context) =>
    problemResponse(new Problem(404, `Cannot find ${context.req.method} ${context.req.path}`))
  );
  app.onError((error) => {
    const response = problemResponse(error);
    // Only what nobody foresaw: its stack is what mends it.
    if (response.status === 500) console.error(error);
    return response;
  });
  return app;
}

/** What may be asked of the API: `GET /api/runs`. */
function requestsOf({ routes }: Hono): readonly string[] {
  const own = routes.filter(({ method, path }) => method !== "ALL" && /^\/(api|hooks)/.test(path));
  return [...new Set(own.map(({ method, path }) => `${method} ${path}`))].sort();
}
