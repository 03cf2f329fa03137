/** `/assets`: what the pages load, all from here. @module */
import { Hono } from "hono";
import { stripTypeScriptTypes } from "node:module";
import charts from "../page/client/charts.ts" with { type: "text" };
import forms from "../page/client/forms.ts" with { type: "text" };
import frames from "../page/client/frames.ts" with { type: "text" };
import live from "../page/client/live.ts" with { type: "text" };
import log from "../page/client/log.ts" with { type: "text" };
import main from "../page/client/main.ts" with { type: "text" };
import notice from "../page/client/notice.ts" with { type: "text" };
import redraw from "../page/client/redraw.ts" with { type: "text" };
import times from "../page/client/times.ts" with { type: "text" };
import formsCss from "../page/forms.css" with { type: "text" };
import pageCss from "../page/page.css" with { type: "text" };
import { Problem } from "../problem.ts";
import { param } from "../valid.ts";
import { CHART_LIBRARIES, chartLibrary } from "../chart_libraries.ts";

const SCRIPTS: Readonly<Record<string, string>> = {
  "charts.ts": charts,
  "forms.ts": forms,
  "frames.ts": frames,
  "live.ts": live,
  "log.ts": log,
  "main.ts": main,
  "notice.ts": notice,
  "redraw.ts": redraw,
  "times.ts": times,
};

const SCRIPT = { "content-type": "text/javascript; charset=utf-8" };

/** The routes. */
export function assetRoutes(): Hono {
  const stripped = new Map<string, string>();
  return new Hono()
    .get(
      "/page.css",
      (context) =>
        context.body(pageCss + formsCss, 200, { "content-type": "text/css; charset=utf-8" }),
    )
    .get("/:file", async (context) => {
      const file = param(context, "file");
      const library = Object.hasOwn(CHART_LIBRARIES, file) ? CHART_LIBRARIES[file] : undefined;
      if (library) return context.body(await chartLibrary(library), 200, SCRIPT);
      if (!Object.hasOwn(SCRIPTS, file)) throw new Problem(404, `Cannot find /assets/${file}`);
      const script = stripped.get(file) ?? stripTypeScriptTypes(SCRIPTS[file] ?? "");
      stripped.set(file, script);
      return context.body(script, 200, SCRIPT);
    });
}
