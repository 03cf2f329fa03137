/** The server's routes behind its guards; what a route throws becomes problem+json, or a page. @module */
import { type ContentfulStatusCode, type Context, Hono } from "hono";
import { ownRedact } from "../io/profiles/own_redact.ts";
import { refusalDocument } from "./page/refusal.tsx";
import { Problem, problemResponse, toldOf } from "./problem.ts";
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
    refusal(new Problem(404, `Cannot find ${context.req.method} ${context.req.path}`), context)
  );
  app.onError(refusal);
  return app;
}

/** A page where a person looks for one, else problem+json. */
function refusal(error: Error, context: Context): Response | Promise<Response> {
  const told = toldOf(error);
  // Only what nobody foresaw: its stack is what mends it.
  if (told.status === 500) console.error(ownRedact()(Deno.inspect(error)));
  const { method, path } = context.req;
  const isPage = method === "GET" && !/^\/(api|hooks|assets)\b/.test(path) &&
    context.req.header("accept")?.includes("text/html");
  if (!isPage) return problemResponse(told);
  return context.html(refusalDocument(told), told.status as ContentfulStatusCode);
}

/** What may be asked of the API: `GET /api/runs`. */
function requestsOf({ routes }: Hono): readonly string[] {
  const own = routes.filter(({ method, path }) => method !== "ALL" && /^\/(api|hooks)/.test(path));
  return [...new Set(own.map(({ method, path }) => `${method} ${path}`))].sort();
}
