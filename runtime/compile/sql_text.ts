/** Scans SQL for what a template literal must treat specially, minding quotes and comments. @module */

export type SqlPart =
  | {
    readonly kind: "name";
    readonly start: number;
    readonly end: number;
    readonly text: string;
    readonly isQuoted: boolean;
  }
  | {
    readonly kind: "escape" | "late header" | "wrong header";
    readonly start: number;
    readonly end: number;
  };

/** What ends a quoted stretch, by what begins it. */
const QUOTES: Readonly<Record<string, string>> = { "'": "'", '"': '"', "--": "\n", "/*": "*/" };

/** The parts of `source` from `start` to `end` that cannot stay as they are. */
export function* scanSqlText(source: string, start: number, end: number): Generator<SqlPart> {
  let closing: string | undefined;
  for (let at = start; at < end; at++) {
    const isComment = closing === "\n" || closing === "*/";
    const name = isComment ? null : nameAt(source, at, end);
    if (name) {
      yield { kind: "name", start: at, end: name.end, text: name.text, isQuoted: !!closing };
      at = name.end - 1;
    } else if (source[at] === "`" || source[at] === "\\" || source.startsWith("${", at)) {
      yield { kind: "escape", start: at, end: at + 1 };
    } else if (closing === undefined) {
      const isLineStart = source[at - 1] === "\n";
      if (isLineStart && source.startsWith("//|", at)) {
        yield { kind: "wrong header", start: at, end: at + 3 };
      }
      if (source.startsWith("--|", at)) yield { kind: "late header", start: at, end: at + 3 };
      const opening = openingAt(source, at);
      if (opening === undefined) continue;
      closing = QUOTES[opening] ?? opening;
      at += opening.length - 1;
    } else if (source.startsWith(closing, at)) {
      at += closing.length - 1;
      closing = undefined;
    }
  }
}

function nameAt(source: string, at: number, end: number) {
  if (!source.startsWith("{{", at)) return null;
  const close = source.indexOf("}}", at);
  if (close < 0 || close >= end) return null;
  return { text: source.slice(at + 2, close).trim(), end: close + 2 };
}

/** The quote, comment or dollar tag that begins at `at`. */
function openingAt(source: string, at: number): string | undefined {
  const pair = source.slice(at, at + 2);
  if (pair === "--" || pair === "/*") return pair;
  const mark = source[at] ?? "";
  if (mark === "'" || mark === '"') return mark;
  return mark === "$" ? /^\$([A-Za-z_]\w*)?\$/.exec(source.slice(at, at + 64))?.[0] : undefined;
}
