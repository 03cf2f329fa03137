/** The body of a request as text, read once and no further than its limit. @module */
import type { Context } from "hono";
import { Problem } from "./problem.ts";

/** The most that a request's body may have. */
const BODY_LIMIT_BYTES = 1_000_000;

const KEPT = "body text";

/** The whole body; empty where there is none.
 *
 * @throws {Problem} 413 */
export async function bodyText(context: Context): Promise<string> {
  const kept: string | undefined = context.get(KEPT);
  const text = kept ?? await readText(context.req.raw);
  context.set(KEPT, text);
  return text;
}

/** Refuses a body whose length is told and too large, before anything of it is read.
 *
 * @throws {Problem} 413 */
export function checkLength({ headers }: Request): void {
  if (Number(headers.get("content-length") ?? 0) > BODY_LIMIT_BYTES) throw tooLarge();
}

async function readText({ body }: Request): Promise<string> {
  if (body === null) return "";
  const decoder = new TextDecoder();
  let text = "";
  let bytes = 0;
  for await (const chunk of body) {
    bytes += chunk.length;
    if (bytes > BODY_LIMIT_BYTES) throw tooLarge();
    text += decoder.decode(chunk, { stream: true });
  }
  return text + decoder.decode();
}

function tooLarge(): Problem {
  return new Problem(
    413,
    `Cannot take the body: it has more than ${BODY_LIMIT_BYTES} bytes; send a reference instead`,
  );
}
