/** Reads and judges the values of a header's keys. @module */
import ms from "ms";
import { suggestion } from "../table/nearest.ts";
import type { BlockKind, Header, IfExists, Position, Retry } from "./notebook.ts";
import type { Report } from "./report.ts";

export const BLOCK_KINDS = [
  "loader",
  "transformer",
  "exporter",
  "sensor",
  "custom",
  "callback",
] as const satisfies readonly BlockKind[];

export const HEADER_KEYS: readonly string[] = [
  ...BLOCK_KINDS,
  "upstream",
  "retry",
  "timeout",
  "description",
  "of",
  "table",
  "ifExists",
];

const RETRY_KEYS = ["attempts", "delay", "backoff"];
const IF_EXISTS = ["fail", "replace", "append"];
const BACKOFFS = ["fixed", "exponential"];

interface RawHeader {
  readonly kind: BlockKind;
  readonly name: string;
  readonly values: Readonly<Record<string, unknown>>;
  readonly position: (key: string) => Position;
  readonly isSql: boolean;
  readonly report: Report;
}

/** The header whose kind and name are known; each value that does not fit is reported and left out. */
export function readHeaderValues(raw: RawHeader): Header {
  const { kind, name, values, position, isSql } = raw;
  const report = (key: string, text: string) => raw.report(position(key), text, name);
  const text = (key: string): string | undefined => {
    const value = values[key];
    if (value === undefined || typeof value === "string") return value;
    report(key, `\`${key}\` is ${JSON.stringify(value)}; write a text`);
    return undefined;
  };
  const names = (key: string): readonly string[] => {
    const value = values[key] ?? [];
    const list = typeof value === "string" ? [value] : value;
    if (Array.isArray(list) && list.every((item) => typeof item === "string")) return list;
    report(
      key,
      `\`${key}\` is ${JSON.stringify(value)}; write the names of blocks: [first, second]`,
    );
    return [];
  };
  if ("of" in values && kind !== "callback") {
    report("of:key", `\`of\` is for callbacks, and this is a ${kind}; leave it out`);
  }
  for (const key of ["table", "ifExists"]) {
    if (!(key in values) || (isSql && kind === "exporter")) continue;
    report(
      `${key}:key`,
      isSql
        ? `\`${key}\` is for exporters, and this is a ${kind}; write \`--| exporter: ${name}\``
        : `\`${key}\` is for SQL exporters; write the table in the cell's code`,
    );
  }
  return {
    kind,
    name,
    upstream: names("upstream"),
    retry: readRetry(values.retry, report),
    timeoutMs: readDuration("timeout", values.timeout, report),
    description: text("description"),
    of: names("of"),
    table: text("table"),
    ifExists: oneOf("ifExists", values.ifExists, IF_EXISTS, report) as IfExists | undefined,
    position,
  };
}

type ReportKey = (key: string, text: string) => void;

function readRetry(value: unknown, report: ReportKey): Retry | undefined {
  if (value === undefined) return undefined;
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    const attempts = Number.isInteger(value) ? value : 3;
    report(
      "retry",
      `\`retry\` is ${JSON.stringify(value)}; write { attempts: ${attempts}, delay: 5s }`,
    );
    return undefined;
  }
  const retry = value as Readonly<Record<string, unknown>>;
  for (const key of Object.keys(retry)) {
    if (RETRY_KEYS.includes(key)) continue;
    const mend = suggestion(key, RETRY_KEYS) || `; there are ${RETRY_KEYS.join(", ")}`;
    report("retry", `\`retry\` has the unknown key \`${key}\`${mend}`);
  }
  const { attempts } = retry;
  if (typeof attempts !== "number" || !Number.isInteger(attempts) || attempts < 1) {
    report(
      "retry",
      `\`retry.attempts\` is ${
        JSON.stringify(attempts) ?? "missing"
      }; write all tries together, such as 3`,
    );
    return undefined;
  }
  const backoff = oneOf("retry.backoff", retry.backoff, BACKOFFS, report) ?? "fixed";
  const delayMs = readDuration("retry.delay", retry.delay, report) ?? 1000;
  return { attempts, delayMs, backoff: backoff as Retry["backoff"] };
}

/** Only with a unit: a bare number would leave open whether it counts seconds. */
function readDuration(key: string, value: unknown, report: ReportKey): number | undefined {
  if (value === undefined) return undefined;
  if (typeof value === "string" && /^\d+(\.\d+)?\s*[a-z]+$/i.test(value)) {
    const milliseconds = ms(value as ms.StringValue);
    if (Number.isFinite(milliseconds)) return milliseconds;
  }
  const mend = typeof value === "number" ? `${value}s` : "5s";
  report(
    key.replace(/\..*/, ""),
    `\`${key}\` is ${JSON.stringify(value)}; write a duration with its unit, such as ${mend}`,
  );
  return undefined;
}

function oneOf(
  key: string,
  value: unknown,
  choices: readonly string[],
  report: ReportKey,
): string | undefined {
  if (value === undefined) return undefined;
  if (typeof value === "string" && choices.includes(value)) return value;
  const mend = typeof value === "string" ? suggestion(value, choices) : "";
  report(
    key.replace(/\..*/, ""),
    `\`${key}\` is ${JSON.stringify(value)}${mend || `; write ${choices.join(", ")}`}`,
  );
  return undefined;
}
