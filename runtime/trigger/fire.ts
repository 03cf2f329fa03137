/** Fires a trigger: from a schedule or an event, by a webhook, or by hand. @module */
import { timingSafeEqual } from "node:crypto";
import { suggestion } from "../table/nearest.ts";
import type { Acceptance, Dispatcher } from "../dispatch/api.ts";
import { ConflictError, RequestError } from "../run/request_error.ts";
import type { TriggerStates } from "../store/trigger_state.ts";
import { withProjectVariables } from "./project_variables.ts";
import type { ApiTrigger, Trigger } from "./trigger.ts";
import { loadTriggers, type TriggersFile } from "./triggers_file.ts";
import { textOf } from "./yaml_fields.ts";

/** What one firing adds to what its trigger says. */
export interface Firing {
  readonly variables?: Readonly<Record<string, string>> | undefined;
  /** What happened: JSON. The run reads it as `run.event`. */
  readonly event?: unknown;
  /** The execution date; now unless given. */
  readonly at?: string | undefined;
  readonly interval?: { readonly start: string; readonly end: string } | undefined;
  /** Two firings with one key make one run. */
  readonly key?: string | undefined;
  /** Whether a pipeline that cannot run is an error here, or a failed run in the history. */
  readonly whenRefused?: "throw" | "record" | undefined;
}

/** Where runs are asked for. */
export interface FireOptions {
  readonly projectFolder: string;
  readonly dispatcher: Pick<Dispatcher, "accept">;
}

/** Asks the dispatcher for the trigger's run. */
export async function fire(
  trigger: Trigger,
  { variables, event, at, interval, key, whenRefused }: Firing,
  { projectFolder, dispatcher }: FireOptions,
): Promise<Acceptance> {
  const own = { ...trigger.variables, ...variables };
  return await dispatcher.accept({
    pipeline: trigger.pipeline,
    variables: await withProjectVariables(trigger.pipeline, own, projectFolder),
    profile: trigger.profile,
    executionDate: at,
    interval,
    event,
    trigger: trigger.name,
    key,
    timeoutMs: trigger.timeoutMs,
    retry: trigger.retry,
    concurrency: trigger.concurrency,
    onLost: trigger.onLost,
    slaMs: trigger.slaMs,
    whenRefused,
  });
}

/** Fires the trigger of that name by hand, whatever its kind, enabled or not.
 *
 * @throws {RequestError} where there is no such trigger, or the file has problems in it. */
export async function fireTrigger(
  name: string,
  firing: Firing,
  options: FireOptions,
): Promise<Acceptance> {
  return await fire(triggerOf(await loadTriggers(options.projectFolder), name), firing, options);
}

/** The trigger of that name.
 *
 * @throws {RequestError} where there is none without problems. */
export function triggerOf<Kind extends Trigger>(
  { triggers, problems }: Pick<TriggersFile, "problems"> & { readonly triggers: readonly Kind[] },
  name: string,
): Kind {
  const found = triggers.find((trigger) => trigger.name === name);
  if (found) return found;
  const names = triggers.map((trigger) => trigger.name);
  const own = problems.find(({ text }) => text.includes(`\`${name}\``));
  const first = own ?? (suggestion(name, names) === "" ? problems[0] : undefined);
  const mend = first ? `; ${first.text}` : suggestion(name, names) ||
    `; triggers.yaml has ${names.join(", ") || "none"}`;
  throw new RequestError(`Cannot find trigger ${name}${mend}`);
}

/** Fires an `api` trigger with the body that it was sent: the parameters that it lists become variables,
 *  the whole body is the run's event.
 *
 * @throws {ConflictError} where the trigger is disabled. */
export async function fireFromBody(
  trigger: ApiTrigger,
  body: unknown,
  options: FireOptions & { readonly key?: string | undefined },
): Promise<Acceptance> {
  if (!trigger.enabled) {
    throw new ConflictError(
      `Cannot fire ${trigger.name}: it is disabled; set \`enabled: true\` in triggers.yaml`,
    );
  }
  const key = options.key === undefined ? undefined : `${trigger.name}@${options.key}`;
  return await fire(
    trigger,
    { variables: variablesFrom(trigger, body), event: body, key },
    options,
  );
}

function variablesFrom({ parameters }: ApiTrigger, body: unknown): Record<string, string> {
  if (typeof body !== "object" || body === null || Array.isArray(body)) return {};
  const given = body as Readonly<Record<string, unknown>>;
  return Object.fromEntries(
    parameters.filter((name) => Object.hasOwn(given, name))
      .map((name) => [name, textOf(given[name])]),
  );
}

const TOKEN_BYTES = 32;

/** Makes the trigger's token anew; the one before it is no longer taken. It is shown this once: the history
 *  keeps its SHA-256 alone.
 *
 * @example
 * ```ts
 * import { openStore } from "../store/open_store.ts";
 * import { isTokenOf, makeToken } from "./fire.ts";
 * const project = await Deno.makeTempDir();
 * const store = openStore(project);
 * const token = await makeToken("hook", store);
 * console.log(await isTokenOf("hook", token, store), await isTokenOf("hook", "guess", store)); // true false
 * store.close();
 * await Deno.remove(project, { recursive: true });
 * ``` */
export async function makeToken(
  trigger: string,
  store: Pick<TriggerStates, "saveToken">,
): Promise<string> {
  const token = crypto.getRandomValues(new Uint8Array(TOKEN_BYTES)).toHex();
  await store.saveToken(trigger, await hashOf(token), Date.now());
  return token;
}

/** Whether `token` is the trigger's; takes as long whatever is wrong with it. */
export async function isTokenOf(
  trigger: string,
  token: string,
  store: Pick<TriggerStates, "findToken">,
): Promise<boolean> {
  const given = await hashOf(token);
  const known = await store.findToken(trigger);
  return timingSafeEqual(known ?? new Uint8Array(given.length), given) && known !== undefined;
}

async function hashOf(token: string): Promise<Uint8Array> {
  return new Uint8Array(await crypto.subtle.digest("SHA-256", new TextEncoder().encode(token)));
}
