/** Answers `complete_request`: what the stock kernel knows, and names of the cell itself. @module */
import type { Json } from "../wire/message.ts";
import type { Kernel } from "./kernel.ts";
import type { Request } from "./outer.ts";

const TIMEOUT_MS = 1000;
const DECLARED = /\b(?:const|let|var|function\*?|class|enum)\s+([A-Za-z_$][\w$]*)/g;
const LISTED = /\b(?:const|let|var|import)\s*(?:type\s*)?[[{]([^}\]=]*)[\]}]/g;

/** The content of a `complete_reply`. */
export async function complete({ message }: Request, { session }: Kernel): Promise<Json> {
  const code = `${message.content.code}`;
  const cursor = offsetOfCursor(code, Number(message.content.cursor_pos ?? code.length));
  const before = code.slice(0, cursor);
  const word = /[\w$]*$/.exec(before)?.[0] ?? "";
  const isMember = /\.\s*$/.test(before.slice(0, before.length - word.length));
  const reply = await session.host.request("complete_request", {
    code,
    cursor_pos: cursor,
  }, TIMEOUT_MS);
  const known = Array.isArray(reply?.matches) ? reply.matches as readonly string[] : [];
  const start = Number(reply?.cursor_start ?? cursor - word.length);
  const own = isMember ? [] : declaredNames(before).filter((name) => name.startsWith(word));
  const matches = isMember || known.length > 0 && start !== cursor - word.length
    ? known
    : [...new Set([...own, ...known])];
  return {
    status: "ok",
    matches,
    cursor_start: [...code.slice(0, start)].length,
    cursor_end: [...before].length,
    metadata: {},
  };
}

/** Names that the text declares, nearest first; it need not parse while it is being typed. */
export function declaredNames(text: string): readonly string[] {
  const single = [...text.matchAll(DECLARED)].map(([, name = ""]) => name);
  const listed = [...text.matchAll(LISTED)].flatMap(([, names = ""]) =>
    names.split(",").map((name) => name.replace(/.*(:|\bas\b)/, "").replace("...", "").trim())
  );
  return [...single, ...listed].filter((name) => /^[A-Za-z_$][\w$]*$/.test(name)).toReversed();
}

/** Jupyter counts characters, JavaScript UTF-16 units. */
export function offsetOfCursor(code: string, cursor: number): number {
  let offset = 0;
  for (const character of code) {
    if (cursor-- <= 0) break;
    offset += character.length;
  }
  return offset;
}
