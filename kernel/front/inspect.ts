/** Answers `inspect_request`: documentation of the name at the cursor, for Shift-Tab. @module */
import type { Json } from "../wire/message.ts";
import { documentation } from "../session/documentation.ts";
import { offsetOfCursor } from "./complete.ts";
import type { Kernel } from "./kernel.ts";
import type { Request } from "./outer.ts";

const TIMEOUT_MS = 1000;

/** The content of an `inspect_reply`. */
export async function inspect({ message }: Request, { session }: Kernel): Promise<Json> {
  const code = `${message.content.code}`;
  const cursor = offsetOfCursor(code, Number(message.content.cursor_pos ?? code.length));
  const expression = expressionAt(code, cursor);
  const found = expression && await session.host.ask("describe", [expression], TIMEOUT_MS);
  if (!expression || !found) return { status: "ok", found: false, data: {}, metadata: {} };
  const data = await documentation(expression, found, session);
  return { status: "ok", found: true, data, metadata: {} };
}

/** The names and dots around the cursor, or before the parenthesis that it stands in. */
export function expressionAt(code: string, cursor: number): string | undefined {
  const behind = /^[\w$]*/.exec(code.slice(cursor))?.[0] ?? "";
  const before = /[\w$.]*$/.exec(code.slice(0, cursor))?.[0] ?? "";
  const name = `${before}${behind}`.replace(/^[.\d]+|\.$/g, "");
  if (name !== "") return name;
  return /([A-Za-z_$][\w$.]*)\s*\([^()]*$/.exec(code.slice(0, cursor))?.[1];
}
