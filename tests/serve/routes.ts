/** Every route of the server, as the application itself has them: one that is added is in every table. @module */
import { openDispatcher } from "../../runtime/dispatch/dispatcher.ts";
import { appOf } from "../../runtime/serve/app.ts";
import { EventLog } from "../../runtime/serve/event_log.ts";
import { openStore } from "../../runtime/store/open_store.ts";

/** One route; `path` has its parameters as `:name`. */
export interface Route {
  readonly method: string;
  readonly path: string;
}

/** The routes, each once. */
export async function allRoutes(): Promise<readonly Route[]> {
  const projectFolder = await Deno.makeTempDir({ prefix: "sluice-routes-" });
  const store = openStore(projectFolder);
  const dispatcher = await openDispatcher({ projectFolder, store });
  try {
    const { routes } = appOf({
      projectFolder,
      store,
      dispatcher,
      nextTimes: () => new Map(),
      events: new EventLog(),
      signal: AbortSignal.abort(),
    }, { token: "t".repeat(32), allowedHosts: [], port: () => 0 });
    const own = routes.filter(({ method }) => method !== "ALL");
    return [
      ...new Map(own.map(({ method, path }) => [`${method} ${path}`, { method, path }])).values(),
    ];
  } finally {
    await dispatcher.close();
    store.close();
    await Deno.remove(projectFolder, { recursive: true });
  }
}

/** A path of the route, its parameters filled in: `wrong` in place of the one of that name, `x` elsewhere. */
export function filled({ path }: Route, name?: string, wrong = "x"): string {
  return path.replaceAll(/:(\w+)/g, (_, each) => each === name ? wrong : "x");
}

/** The names of a route's parameters. */
export function parametersIn({ path }: Route): readonly string[] {
  return [...path.matchAll(/:(\w+)/g)].map(([, name]) => name!);
}
