/** Who is told of what: the `alerts` of sluice.yaml. @module */
import type { Fields } from "./yaml_fields.ts";

export type AlertOccasion = "failed" | "completed" | "missed_sla";

/** One rule. Texts are nunjucks templates over `run`, `occasion` and `env_var('NAME')`. */
export interface AlertRule {
  readonly on: readonly AlertOccasion[];
  /** Empty for all. */
  readonly pipelines: readonly string[];
  readonly target:
    | { readonly kind: "webhook"; readonly url: string }
    | { readonly kind: "email"; readonly to: readonly string[]; readonly subject: string };
  readonly text: string;
}

/** The server that takes the e-mails; texts are templates over `env_var('NAME')`. */
export interface Smtp {
  readonly host: string;
  readonly port: number;
  readonly user: string | undefined;
  readonly password: string | undefined;
  readonly from: string;
  /** `start` begins in clear and requires STARTTLS, `always` begins with TLS, `never` stays in clear. */
  readonly tls: "start" | "always" | "never";
}

export interface Alerts {
  readonly smtp: Smtp | undefined;
  readonly rules: readonly AlertRule[];
}

export const ALERT_KEYS = ["smtp", "rules"] as const;

const OCCASIONS: readonly AlertOccasion[] = ["failed", "completed", "missed_sla"];

/** What is said where a rule has no text of its own. */
const DEFAULT_TEXT = "{{ run.pipeline }} {{ said }} ({{ run.id }}, execution date " +
  "{{ run.executionDate }}){% if run.error %}: {{ run.error }}{% endif %}";
const DEFAULT_SUBJECT = "{{ run.pipeline }} {{ said }}";

/** The alerts; what has a problem is reported and left out. */
export function readAlerts(fields: Fields | undefined): Alerts {
  if (!fields) return { smtp: undefined, rules: [] };
  const smtp = readSmtp(fields);
  const keys = ["on", "pipelines", "webhook", "email", "subject", "text"];
  const rules = fields.list("rules", keys).flatMap((rule) => {
    const read = readRule(rule);
    if (read?.target.kind !== "email" || smtp) return read ?? [];
    rule.report("email", "an e-mail needs `smtp` with `host` and `from` beside `rules`");
    return [];
  });
  return { smtp, rules };
}

function readRule(fields: Fields): AlertRule | undefined {
  const on = fields.texts("on") ?? [];
  if (on.length === 0) {
    fields.report("on", "a rule says not when; add `on: [failed]`");
    return undefined;
  }
  const wrong = on.find((occasion) => !OCCASIONS.includes(occasion as AlertOccasion));
  if (wrong !== undefined) {
    fields.report("on", `\`on\` has ${JSON.stringify(wrong)}; write ${OCCASIONS.join(", ")}`);
    return undefined;
  }
  const url = fields.text("webhook");
  const to = fields.texts("email");
  if ((url === undefined) === (to === undefined)) {
    fields.report("", "a rule tells nobody, or two; write `webhook: https://…` or `email: [who]`");
    return undefined;
  }
  return {
    on: on as readonly AlertOccasion[],
    pipelines: fields.texts("pipelines") ?? [],
    target: url === undefined
      ? { kind: "email", to: to ?? [], subject: fields.text("subject") ?? DEFAULT_SUBJECT }
      : { kind: "webhook", url },
    text: fields.text("text") ?? DEFAULT_TEXT,
  };
}

function readSmtp(fields: Fields): Smtp | undefined {
  const smtp = fields.fields("smtp", ["host", "port", "user", "password", "from", "tls"]);
  if (!smtp) return undefined;
  const host = smtp.text("host");
  const from = smtp.text("from");
  const tls = smtp.choice("tls", ["start", "always", "never"]) ?? "start";
  const port = smtp.count("port") ?? (tls === "always" ? 465 : 587);
  for (const key of ["host", "from"]) {
    if (!smtp.has(key)) smtp.report("", `\`smtp\` has no \`${key}\`; add it`);
  }
  if (host === undefined || from === undefined) return undefined;
  return { host, from, tls, port, user: smtp.text("user"), password: smtp.text("password") };
}
