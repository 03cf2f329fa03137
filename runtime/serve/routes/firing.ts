/** Triggers fired by hand, the tokens of webhooks, and the webhooks themselves. @module */
import { type Context, Hono } from "hono";
import * as z from "zod";
import { fireFromBody, fireTrigger, isTokenOf, makeToken } from "../../trigger/fire.ts";
import type { ApiTrigger } from "../../trigger/trigger.ts";
import { loadTriggers } from "../../trigger/triggers_file.ts";
import { VARIABLES } from "../asked.ts";
import { Problem } from "../problem.ts";
import type { ServerParts } from "../server_parts.ts";
import { bodyOf, jsonBody, noBody, param } from "../valid.ts";
import { triggerIn } from "./triggers.ts";

const FIRE = z.strictObject({
  variables: VARIABLES.optional(),
  event: z.json().optional(),
  executionDate: z.string().optional(),
}).default({});

/** `POST /api/triggers/:trigger/fire`, whether it is enabled or not, and `…/token`, which makes a webhook's
 *  token anew and shows it this once. */
export function firingRoutes({ projectFolder, store, dispatcher }: ServerParts): Hono {
  return new Hono()
    .post("/:trigger/fire", async (context) => {
      const name = param(context, "trigger");
      const { executionDate, ...firing } = await bodyOf(context, FIRE);
      triggerIn(await loadTriggers(projectFolder), name);
      const options = { projectFolder, dispatcher };
      const fired = await fireTrigger(name, { ...firing, at: executionDate }, options);
      context.header("location", `/api/runs/${fired.run}`);
      return context.json(fired, 202);
    })
    .post("/:trigger/token", async (context) => {
      const trigger = await webhook(param(context, "trigger"), projectFolder);
      await noBody(context);
      const token = await makeToken(trigger.name, store);
      return context.json({ token, url: `/hooks/${trigger.name}` }, 201);
    });
}

/** `POST /hooks/:trigger`: whoever has the trigger's own token fires it with a JSON body. */
export function hookRoutes({ projectFolder, store, dispatcher }: ServerParts): Hono {
  return new Hono().post("/:trigger", async (context) => {
    const name = param(context, "trigger");
    const token = bearerOf(context);
    // Who has no token is not told which triggers there are.
    if (token === undefined || !await isTokenOf(name, token, store)) {
      throw new Problem(
        401,
        "Cannot fire without the trigger's own token; send Authorization: Bearer <token>, " +
          `which POST /api/triggers/${name}/token makes`,
      );
    }
    const trigger = await webhook(name, projectFolder);
    const body = await jsonBody(context);
    const key = context.req.header("idempotency-key");
    return context.json(
      await fireFromBody(trigger, body, { projectFolder, dispatcher, key }),
      202,
    );
  });
}

function bearerOf(context: Context): string | undefined {
  return /^Bearer (.+)$/i.exec(context.req.header("authorization") ?? "")?.[1];
}

async function webhook(name: string, projectFolder: string): Promise<ApiTrigger> {
  const trigger = triggerIn(await loadTriggers(projectFolder), name);
  if (trigger.kind === "api") return trigger;
  throw new Problem(
    422,
    `Cannot call ${name} as a webhook: it is a trigger by ${trigger.kind}; one with \`api:\` has a token`,
  );
}
