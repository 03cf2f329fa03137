/** Sends one alert: to a webhook, in Slack's shape, or by e-mail. @module */
import { redact } from "../io/profiles/redact.ts";
import { loadVariables, type Variables } from "../io/profiles/variables.ts";
import type { RunRow } from "../run/run_store.ts";
import type { AlertRow } from "../store/alerts.ts";
import type { AlertRule, Smtp } from "./alert_rules.ts";

export interface SendOptions {
  readonly run: RunRow;
  readonly smtp: Smtp | undefined;
  readonly projectFolder: string;
}

const SAID: Readonly<Record<string, string>> = {
  failed: "failed",
  completed: "completed",
  missed_sla: "missed its SLA",
};
const ANSWER_WITHIN_MS = 15_000;

/** Sends it.
 *
 * @throws {Error} where it was not taken, or one of its texts cannot be rendered. */
export async function sendAlert(
  { occasion, rule }: Pick<AlertRow, "occasion" | "rule">,
  { run, smtp, projectFolder }: SendOptions,
): Promise<void> {
  const { target, text } = rule as AlertRule;
  const render = renderer(
    { run, occasion, said: SAID[occasion] },
    await loadVariables(projectFolder, projectFolder),
  );
  const body = redact(await render(text));
  if (target.kind === "webhook") return await post(await render(target.url), body);
  if (!smtp) {
    throw new Error(`Cannot send an e-mail about ${run.pipeline}: sluice.yaml has no smtp`);
  }
  const subject = redact(await render(target.subject)).replaceAll(/\s+/g, " ").trim();
  await mail({ to: target.to, subject, text: body }, await renderSmtp(smtp, render));
}

type Render = (template: string) => Promise<string>;

function renderer(context: Readonly<Record<string, unknown>>, variables: Variables): Render {
  const env_var = (name: string, fallback?: string) => {
    const value = variables(name) ?? fallback;
    if (value === undefined) {
      throw new Error(`the variable ${name} is not set; set it in the environment or in .env`);
    }
    return value;
  };
  return async (template) => {
    if (!/\{[{%#]/.test(template)) return template;
    const { default: nunjucks } = await import("nunjucks");
    const environment = new nunjucks.Environment(null, {
      autoescape: false,
      throwOnUndefined: true,
    });
    try {
      return environment.renderString(template, { ...context, env_var });
    } catch (cause) {
      const reason = (cause as Error).message.split("\n").at(-1)?.replace(/^\s*Error:\s*/, "");
      throw new Error(
        `Cannot render ${JSON.stringify(template)} of sluice.yaml: ${reason?.trim()}`,
        {
          cause,
        },
      );
    }
  };
}

/** The address may hold a secret, as Slack's do: no message names more of it than its host. */
async function post(address: string, text: string): Promise<void> {
  const host = URL.canParse(address) ? new URL(address).host : "an address that is none";
  const failed = (why: string, cause?: unknown) =>
    new Error(`Cannot send the alert to ${host}: ${why}`, cause === undefined ? {} : { cause });
  let response: Response;
  try {
    response = await fetch(address, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ text }),
      signal: AbortSignal.timeout(ANSWER_WITHIN_MS),
    });
  } catch (cause) {
    throw failed((cause as Error).message.replaceAll(address, host), cause);
  }
  const answer = (await response.text()).slice(0, 200);
  if (!response.ok) throw failed(`it answered ${response.status} ${answer}`.trim());
}

async function renderSmtp(smtp: Smtp, render: Render): Promise<Smtp> {
  const optional = async (text: string | undefined) =>
    text === undefined ? undefined : await render(text);
  return {
    ...smtp,
    host: await render(smtp.host),
    from: await render(smtp.from),
    user: await optional(smtp.user),
    password: await optional(smtp.password),
  };
}

interface Mail {
  readonly to: readonly string[];
  readonly subject: string;
  readonly text: string;
}

async function mail(message: Mail, { host, port, user, password, from, tls }: Smtp): Promise<void> {
  const { createTransport } = await import("nodemailer");
  const transport = createTransport({
    host,
    port,
    secure: tls === "always",
    requireTLS: tls === "start",
    ignoreTLS: tls === "never",
    connectionTimeout: ANSWER_WITHIN_MS,
    greetingTimeout: ANSWER_WITHIN_MS,
    socketTimeout: ANSWER_WITHIN_MS,
    ...(user === undefined ? {} : { auth: { user, pass: password ?? "" } }),
  });
  try {
    await transport.sendMail({ ...message, from, to: [...message.to] });
  } catch (cause) {
    const reason = redact((cause as Error).message);
    throw new Error(`Cannot send the alert through ${host}:${port}: ${reason}`, { cause });
  } finally {
    transport.close();
  }
}
