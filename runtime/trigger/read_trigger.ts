/** One trigger of triggers.yaml, read from its keys. @module */
import ms from "ms";
import { suggestion } from "../table/nearest.ts";
import type { Retry } from "../notebook/notebook.ts";
import { occurrencesOf, SCHEDULE_NAMES } from "./occurrences.ts";
import type { EventSource, Schedule, Trigger, TriggerBase } from "./trigger.ts";
import type { Fields } from "./yaml_fields.ts";

const KINDS = ["schedule", "event", "api"] as const;

/** All keys of a trigger, in the order in which people write them. */
export const TRIGGER_KEYS: readonly string[] = [
  "pipeline",
  "description",
  "enabled",
  ...KINDS,
  "zone",
  "start",
  "missed",
  "profile",
  "variables",
  "timeout",
  "retry",
  "concurrency",
  "lost",
  "sla",
];

const ONLY_SCHEDULES = ["zone", "start", "missed"];
const EVENT_KEYS = ["file", "every", "notify", "profile", "pipeline", "status"];

/** How often files and objects are looked for, where it is not said. */
const FILES_MS = 1_000;
const OBJECTS_MS = 30_000;

/** The trigger; undefined where something does not fit, which has been reported. */
export async function readTrigger(name: string, fields: Fields): Promise<Trigger | undefined> {
  const kinds = KINDS.filter((kind) => fields.has(kind));
  const [kind, second] = kinds;
  if (kind === undefined) {
    fields.report(
      "",
      `\`${name}\` says not when it fires; add \`schedule: "@daily"\`, \`event:\` or \`api:\``,
    );
  }
  if (second !== undefined) {
    fields.reportKey(second, `\`${name}\` has both \`${kind}\` and \`${second}\`; keep one`);
  }
  for (const key of ONLY_SCHEDULES) {
    if (kind === "schedule" || kind === undefined || !fields.has(key)) continue;
    fields.reportKey(key, `\`${key}\` is for schedules, and \`${name}\` is of kind ${kind}`);
  }
  const base = readBase(name, fields);
  switch (kind) {
    case "schedule":
      return base && await readSchedule(base, fields);
    case "event": {
      const source = readEvent(fields);
      return base && source && { ...base, kind, source };
    }
    case "api": {
      const api = fields.plain("api") === null ? undefined : fields.fields("api", ["parameters"]);
      return base && { ...base, kind, parameters: api?.texts("parameters") ?? [] };
    }
  }
}

function readBase(name: string, fields: Fields): TriggerBase | undefined {
  const pipeline = fields.text("pipeline");
  if (!fields.has("pipeline")) {
    fields.report("", `\`${name}\` names no pipeline; add \`pipeline: name\``);
  }
  const base = {
    name,
    description: fields.text("description"),
    enabled: fields.flag("enabled") ?? true,
    profile: fields.text("profile"),
    variables: fields.variables("variables"),
    timeoutMs: fields.durationMs("timeout"),
    retry: readRetry(fields),
    concurrency: fields.choice("concurrency", ["allow", "queue", "skip"]) ?? "allow",
    onLost: fields.choice("lost", ["resume", "fail"]) ?? "resume",
    slaMs: fields.durationMs("sla"),
  };
  return pipeline === undefined ? undefined : { ...base, pipeline };
}

/** `retry:` as in a block's header. */
export function readRetry(fields: Fields): Retry | undefined {
  const retry = fields.fields("retry", ["attempts", "delay", "backoff"]);
  if (!retry) return undefined;
  const attempts = retry.count("attempts");
  if (!retry.has("attempts")) {
    fields.report("retry", "`retry` has no `attempts`; write all tries together, such as 3");
  }
  const delayMs = retry.durationMs("delay") ?? 1000;
  const backoff = retry.choice("backoff", ["fixed", "exponential"]) ?? "fixed";
  return attempts === undefined ? undefined : { attempts, delayMs, backoff };
}

async function readSchedule(base: TriggerBase, fields: Fields): Promise<Trigger | undefined> {
  const zone = fields.text("zone") ?? "UTC";
  if (!isZone(zone)) {
    fields.report("zone", `\`zone\` is ${JSON.stringify(zone)}; write one such as Europe/Berlin`);
    return undefined;
  }
  const schedule = scheduleFrom(fields, zone);
  const startMs = readStart(fields, zone);
  const missed = fields.choice("missed", ["catch_up", "skip"]) ?? "catch_up";
  if (schedule === undefined || !await isPossible(schedule, fields)) return undefined;
  return { ...base, kind: "schedule", schedule, startMs, missed };
}

function scheduleFrom(fields: Fields, zone: string): Schedule | undefined {
  const text = fields.text("schedule")?.trim();
  if (text === undefined) return undefined;
  if (text === "@once") return { kind: "once", zone };
  if (text.startsWith("@")) {
    const pattern = SCHEDULE_NAMES[text];
    if (pattern !== undefined) return { kind: "cron", pattern, zone };
    const names = [...Object.keys(SCHEDULE_NAMES), "@once"];
    const mend = suggestion(text, names) || `; there are ${names.join(", ")}`;
    fields.report("schedule", `\`schedule\` is ${JSON.stringify(text)}${mend}`);
    return undefined;
  }
  const every = text.match(/^every\s+(\d.*)$/)?.[1];
  if (every === undefined) return { kind: "cron", pattern: text, zone };
  const everyMs = /[a-z]$/i.test(every) ? ms(every as ms.StringValue) : undefined;
  if (everyMs !== undefined && everyMs >= 1000) return { kind: "interval", everyMs, zone };
  fields.report(
    "schedule",
    `\`schedule\` is ${JSON.stringify(text)}; write an interval from 1s on, such as every 15m`,
  );
  return undefined;
}

async function isPossible(schedule: Schedule, fields: Fields): Promise<boolean> {
  if (schedule.kind !== "cron") return true;
  const report = (why: string) =>
    fields.report(
      "schedule",
      `\`schedule\` is ${
        JSON.stringify(schedule.pattern)
      }: ${why}; write minute, hour, day, month ` +
        'and weekday, such as "30 6 * * *"',
    );
  const parts = schedule.pattern.split(/\s+/).length;
  if (parts !== 5 && parts !== 6) {
    report(`it has ${parts} ${parts === 1 ? "part" : "parts"}`);
    return false;
  }
  try {
    const next = await occurrencesOf(schedule, 0);
    if (next(Date.now()) !== undefined) return true;
    report("it never comes");
  } catch (error) {
    const message = (error as Error).message.replace(/^Cron\w+: /, "").replace(/\.$/, "");
    report(message.charAt(0).toLowerCase() + message.slice(1));
  }
  return false;
}

function readStart(fields: Fields, zone: string): number | undefined {
  const text = fields.text("start");
  if (text === undefined) return undefined;
  for (
    const read of [
      () => Temporal.Instant.from(text).epochMilliseconds,
      () => Temporal.PlainDateTime.from(text).toZonedDateTime(zone).epochMilliseconds,
    ]
  ) {
    try {
      return read();
    } catch {
      // The next form may fit; where none does, the report below says so.
    }
  }
  fields.report("start", `\`start\` is ${JSON.stringify(text)}; write it as 2024-03-01T06:00`);
  return undefined;
}

function readEvent(fields: Fields): EventSource | undefined {
  const event = fields.fields("event", EVENT_KEYS);
  if (!event) return undefined;
  const kinds = (["file", "notify", "pipeline"] as const).filter((kind) => event.has(kind));
  const [kind] = kinds;
  if (kind === undefined || kinds.length > 1) {
    const seen = kinds.length > 1 ? `names ${kinds.join(" and ")}` : "names nothing to wait for";
    fields.report("event", `\`event\` ${seen}; write one of file, notify and pipeline`);
    return undefined;
  }
  const fitting = { file: ["every", "profile"], notify: ["profile"], pipeline: ["status"] }[kind];
  for (const key of event.keys) {
    if (key === kind || fitting.includes(key)) continue;
    event.reportKey(key, `\`${key}\` does not go with \`${kind}\`; leave it out`);
  }
  const text = event.text(kind);
  if (text === undefined) return undefined;
  switch (kind) {
    case "file": {
      const isObject = text.startsWith("gs://");
      if (!isObject && text.includes("://")) {
        event.report("file", `\`event.file\` is ${JSON.stringify(text)}; write a path or gs://…`);
      }
      const everyMs = event.durationMs("every") ?? (isObject ? OBJECTS_MS : FILES_MS);
      return { kind, pattern: text, everyMs, profile: event.text("profile") ?? "default" };
    }
    case "notify":
      return { kind, channel: text, profile: event.text("profile") ?? "default" };
    case "pipeline": {
      const status = event.choice("status", ["completed", "failed"]) ?? "completed";
      return { kind, pipeline: text, status };
    }
  }
}

function isZone(zone: string): boolean {
  try {
    new Intl.DateTimeFormat("en", { timeZone: zone });
    return true;
  } catch {
    return false;
  }
}
