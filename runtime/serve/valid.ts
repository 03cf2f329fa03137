/** What comes in with a request, judged by schemas: what does not fit is named field by field. @module */
import type { Context } from "hono";
import * as z from "zod";
import { bodyText } from "./body_text.ts";
import { Problem } from "./problem.ts";
import { saidOf } from "./said.ts";

/** A name or id in a path: the guard has refused slashes and long ones already. */
export function param(context: Context, name: string): string {
  return context.req.param(name) ?? "";
}

/** The query, by its schema; unknown names are refused.
 *
 * @throws {Problem} 400 */
export function queryOf<Schema extends z.ZodType>(
  context: Context,
  schema: Schema,
): z.output<Schema> {
  return fitting(schema, context.req.query(), "the query");
}

/** The JSON body, by its schema.
 *
 * @throws {Problem} 400, 413, 415 */
export async function bodyOf<Schema extends z.ZodType>(
  context: Context,
  schema: Schema,
): Promise<z.output<Schema>> {
  return fitting(schema, await jsonBody(context), "the body");
}

const NOTHING = z.strictObject({}).default({});

/** Refuses a body where none is taken.
 *
 * @throws {Problem} 400, 413, 415 */
export async function noBody(context: Context): Promise<void> {
  await bodyOf(context, NOTHING);
}

/** The JSON body, whatever it is; undefined where there is none.
 *
 * @throws {Problem} 400, 413, 415 */
export async function jsonBody(context: Context): Promise<unknown> {
  const text = await bodyText(context);
  if (text === "") return undefined;
  const type = context.req.header("content-type") ?? "";
  if (!/^application\/([\w.+-]+\+)?json\b/i.test(type)) {
    throw new Problem(
      415,
      `Cannot read the body: its Content-Type is ${type || "not given"}; send application/json`,
    );
  }
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new Problem(400, `Cannot read the body as JSON: ${(cause as Error).message}`, { cause });
  }
}

function fitting<Schema extends z.ZodType>(
  schema: Schema,
  value: unknown,
  what: string,
): z.output<Schema> {
  const judged = schema.safeParse(value);
  if (judged.success) return judged.data;
  const errors = saidOf(judged.error, { schema, value });
  throw new Problem(
    400,
    `Cannot take ${what}: ${errors.map(({ message }) => message).join("; ")}`,
    { errors },
  );
}
