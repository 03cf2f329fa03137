/** `/api/triggers`: what triggers.yaml says, and its `enabled` changed; a change made for an older file is
 *  refused. @module */
import { type Context, Hono } from "hono";
import * as z from "zod";
import type { Trigger } from "../../trigger/trigger.ts";
import { editTriggers, loadTriggers, StaleFileError } from "../../trigger/triggers_file.ts";
import { Problem } from "../problem.ts";
import type { ServerParts } from "../server_parts.ts";
import { bodyOf, param } from "../valid.ts";

const CHANGE = z.strictObject({ enabled: z.boolean() });

/** The routes. */
export function triggerRoutes({ projectFolder }: ServerParts): Hono {
  return new Hono()
    .get("/", async (context) => {
      const { triggers, problems, etag } = await loadTriggers(projectFolder);
      context.header("etag", `"${etag}"`);
      return context.json({ triggers, problems: problems.map(({ text }) => text) });
    })
    .get("/:trigger", async (context) => {
      const { triggers, etag } = await loadTriggers(projectFolder);
      context.header("etag", `"${etag}"`);
      return context.json(triggerIn(triggers, param(context, "trigger")));
    })
    .patch("/:trigger", async (context) => {
      const name = param(context, "trigger");
      const { enabled } = await bodyOf(context, CHANGE);
      const { triggers, etag } = await loadTriggers(projectFolder);
      triggerIn(triggers, name);
      const after = await change(name, enabled, givenTag(context) ?? etag, projectFolder);
      context.header("etag", `"${after.etag}"`);
      return context.json(triggerIn(after.triggers, name));
    });
}

/** The tag that the change was made for; without one the file is taken as it is now. */
function givenTag(context: Context): string | undefined {
  return context.req.header("if-match")?.replace(/^(W\/)?"(.*)"$/, "$2");
}

async function change(name: string, enabled: boolean, etag: string, projectFolder: string) {
  try {
    return await editTriggers(
      projectFolder,
      etag,
      (document) => document.setIn(["triggers", name, "enabled"], enabled),
    );
  } catch (cause) {
    if (!(cause instanceof StaleFileError)) throw cause;
    throw new Problem(412, cause.message, { cause });
  }
}

/** The trigger of that name.
 *
 * @throws {Problem} 404 */
export function triggerIn(triggers: readonly Trigger[], name: string): Trigger {
  const found = triggers.find((trigger) => trigger.name === name);
  if (found) return found;
  const names = triggers.map((trigger) => trigger.name).join(", ");
  throw new Problem(
    404,
    `Cannot find trigger ${name}: triggers.yaml has ${names || "none without problems"}`,
  );
}
