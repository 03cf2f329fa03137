/** `/api/triggers`: what triggers.yaml says, and its `enabled` changed; a change made for an older file is
 *  refused. @module */
import { type Context, Hono } from "hono";
import * as z from "zod";
import type { Trigger } from "../../trigger/trigger.ts";
import { enableTrigger } from "../../trigger/enable_trigger.ts";
import { triggerOf } from "../../trigger/fire.ts";
import { loadTriggers, StaleFileError, type TriggersFile } from "../../trigger/triggers_file.ts";
import { Problem } from "../problem.ts";
import { jsonOfRun } from "../run_json.ts";
import { listTriggers } from "../triggers.ts";
import type { ServerParts } from "../server_parts.ts";
import { bodyOf, param } from "../valid.ts";

const CHANGE = z.strictObject({ enabled: z.boolean() });

/** The routes. */
export function triggerRoutes(parts: ServerParts): Hono {
  const { projectFolder } = parts;
  return new Hono()
    .get("/", async (context) => {
      const { triggers, problems, etag } = await listTriggers(parts);
      context.header("etag", `"${etag}"`);
      return context.json({
        triggers: triggers.map(({ nextAt, lastRun, ...trigger }) => ({
          ...trigger,
          nextAt: nextAt === null ? null : new Date(nextAt).toISOString(),
          lastRun: lastRun && jsonOfRun(lastRun),
        })),
        problems: problems.map(({ text }) => text),
      });
    })
    .get("/:trigger", async (context) => {
      const file = await loadTriggers(projectFolder);
      context.header("etag", `"${file.etag}"`);
      return context.json(triggerIn(file, param(context, "trigger")));
    })
    .patch("/:trigger", async (context) => {
      const name = param(context, "trigger");
      const { enabled } = await bodyOf(context, CHANGE);
      triggerIn(await loadTriggers(projectFolder), name);
      const options = { projectFolder, etag: givenTag(context) };
      const { trigger, file } = await enableTrigger(name, enabled, options).catch(staleAsProblem);
      context.header("etag", `"${file.etag}"`);
      return context.json(trigger);
    });
}

/** The tag that the change was made for; without one the file is taken as it is now. */
function givenTag(context: Context): string | undefined {
  return context.req.header("if-match")?.replace(/^(W\/)?"(.*)"$/, "$2");
}

function staleAsProblem(cause: unknown): never {
  if (cause instanceof StaleFileError) throw new Problem(412, cause.message, { cause });
  throw cause;
}

/** The trigger of that name.
 *
 * @throws {Problem} 404 */
export function triggerIn<Kind extends Trigger>(
  file: Pick<TriggersFile, "problems"> & { readonly triggers: readonly Kind[] },
  name: string,
): Kind {
  try {
    return triggerOf(file, name);
  } catch (cause) {
    throw new Problem(404, (cause as Error).message, { cause });
  }
}
