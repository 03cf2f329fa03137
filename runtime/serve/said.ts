/** What a schema found wrong with a request, as a person says it: the field, what was seen, what to give.
 *  @module */
import type * as z from "zod";
import { suggestion } from "../table/nearest.ts";

/** One thing that is wrong. */
export interface Said {
  /** `retry.attempts`; empty for the whole. */
  readonly field: string;
  readonly message: string;
}

/** What is wrong with `value`, field by field.
 *
 * @example
 * ```ts
 * import * as z from "zod";
 * import { saidOf } from "./said.ts";
 * const schema = z.strictObject({ start: z.string() });
 * const value = { strat: "2024-01-12" };
 * const [first, second] = saidOf(schema.safeParse(value).error!, { schema, value });
 * console.log(first?.message, second?.message);
 * // start is missing; give text
 * // there is no `strat`; did you mean `start`?
 * ``` */
export function saidOf(
  { issues }: z.ZodError,
  { schema, value }: { readonly schema: z.ZodType; readonly value: unknown },
): readonly Said[] {
  return issues.map((issue) => {
    const field = issue.path.join(".");
    if (issue.code === "unrecognized_keys") {
      const known = keysOf(schema, issue.path);
      return { field, message: issue.keys.map((key) => unknownText(key, known)).join("; ") };
    }
    const seen = issue.path.reduce<unknown>((inner, key) => Object(inner)[key], value);
    const name = field || "it";
    if (seen === undefined) return { field, message: `${name} is missing; give ${wanted(issue)}` };
    return { field, message: `${name} is ${shown(seen)}; give ${wanted(issue)}` };
  });
}

const TYPES: Readonly<Record<string, string>> = {
  string: "text",
  int: "a whole number",
  number: "a number",
  boolean: "true or false",
  object: "a JSON object",
  record: "a JSON object",
  array: "a list",
};

function wanted(issue: z.core.$ZodIssue): string {
  switch (issue.code) {
    case "invalid_type":
      return TYPES[issue.expected] ?? issue.expected;
    case "invalid_value":
      return `one of ${issue.values.join(", ")}`;
    case "too_small":
      return issue.origin === "string" ? "text that is not empty" : `${issue.minimum} or more`;
    case "too_big":
      return issue.origin === "string"
        ? `at most ${issue.maximum} characters`
        : `${issue.maximum} or less`;
    default:
      return issue.message;
  }
}

function unknownText(key: string, known: readonly string[]): string {
  const there = known.length === 0 ? "nothing is taken here" : `there are ${known.join(", ")}`;
  return `there is no \`${key}\`${suggestion(key, known) || `; ${there}`}`;
}

function keysOf(schema: z.ZodType, path: readonly PropertyKey[]): readonly string[] {
  const object = path.reduce<unknown>(
    (inner, key) => (plain(inner) as z.ZodObject | undefined)?.shape?.[String(key)],
    schema,
  );
  const { shape = {} } = (plain(object) ?? {}) as Partial<z.ZodObject>;
  return Object.keys(shape);
}

/** Without its default or that it may be left out. */
function plain(schema: unknown): unknown {
  const inner = (schema as { def?: { innerType?: unknown } } | undefined)?.def?.innerType;
  return inner === undefined ? schema : plain(inner);
}

function shown(seen: unknown): string {
  const text = JSON.stringify(seen);
  return text.length > 60 ? `${text.slice(0, 60)}…` : text;
}
