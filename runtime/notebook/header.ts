/** Reads a cell's header: the YAML of its `//|` (in SQL `--|`) lines and its JSON metadata. @module */
import { isMap, isScalar, LineCounter, parseDocument } from "yaml";
import { suggestion } from "../table/nearest.ts";
import { BLOCK_KINDS, HEADER_KEYS, readHeaderValues } from "./header_values.ts";
import type { BlockKind, Header, NotebookCell, Position, SqlLine } from "./notebook.ts";
import type { Report } from "./report.ts";

type Values = Readonly<Record<string, unknown>>;

interface HeaderLine {
  readonly line: number;
  /** Columns before the YAML begins. */
  readonly column: number;
  readonly text: string;
}

/** The header of a code cell and the number of lines at its top that are not code. */
export function parseHeader(
  source: string,
  metadata: unknown,
  sql: SqlLine | undefined,
  report: Report,
): Pick<NotebookCell, "header" | "headerLines" | "isBroken"> {
  const { lines, headerLines } = headerLinesOf(source, sql);
  const positions = new Map<string, Position>();
  const first = { line: lines[0]?.line ?? 1, column: 1 };
  const position = (key: string): Position => positions.get(key) ?? first;
  const written = parseYaml(lines, positions, report);
  const values = written && mergeMetadata(written, metadata, position, report);
  if (values === undefined) return { header: undefined, headerLines, isBroken: true };
  if (Object.keys(values).length === 0) return { header: undefined, headerLines, isBroken: false };
  const header = headerOf(values, position, sql !== undefined, report);
  return { header, headerLines, isBroken: header === undefined };
}

/** Blank lines and comments may stand above and between the header's lines. */
function headerLinesOf(source: string, sql: SqlLine | undefined) {
  const mark = sql ? "--|" : "//|";
  const lines: HeaderLine[] = [];
  let headerLines = 0;
  for (const [at, text] of source.split("\n").entries()) {
    if (text.startsWith(mark)) {
      const column = text[mark.length] === " " ? mark.length + 1 : mark.length;
      lines.push({ line: at + 1, column, text: text.slice(column) });
      headerLines = at + 1;
    } else if (at === sql?.line) headerLines = at + 1;
    else if (text.trim() !== "" && !text.startsWith(mark.slice(0, 2))) break;
  }
  return { lines, headerLines };
}

/** Undefined where the YAML is broken, which has been reported. */
function parseYaml(
  lines: readonly HeaderLine[],
  positions: Map<string, Position>,
  report: Report,
): Values | undefined {
  const counter = new LineCounter();
  const document = parseDocument(lines.map(({ text }) => text).join("\n"), {
    lineCounter: counter,
    prettyErrors: false,
  });
  const place = (offset: number): Position => {
    const { line, col } = counter.linePos(offset);
    const own = lines[line - 1] ?? lines.at(-1);
    return { line: own?.line ?? 1, column: col + (own?.column ?? 0) };
  };
  const [broken] = document.errors;
  if (broken) {
    report(place(broken.pos[0]), `the header is not YAML: ${plain(broken.message)}`);
    return undefined;
  }
  if (document.contents === null) return {};
  if (!isMap(document.contents)) {
    report(
      place(document.contents.range?.[0] ?? 0),
      "the header is no list of keys; write `loader: name`",
    );
    return undefined;
  }
  for (const { key, value } of document.contents.items) {
    if (!isScalar(key)) continue;
    const range = (value as { range?: readonly number[] } | null)?.range ?? key.range;
    positions.set(`${key.value}`, place(range?.[0] ?? 0));
    positions.set(`${key.value}:key`, place(key.range?.[0] ?? 0));
  }
  return document.toJS() as Values;
}

function mergeMetadata(
  written: Values,
  metadata: unknown,
  position: (key: string) => Position,
  report: Report,
): Values | undefined {
  if (metadata === undefined) return written;
  if (typeof metadata !== "object" || metadata === null || Array.isArray(metadata)) {
    report(
      position(""),
      `the cell's metadata \`sluice\` is ${JSON.stringify(metadata)}; write an object`,
    );
    return undefined;
  }
  for (const [key, value] of Object.entries(metadata)) {
    if (key in written && !isSame(written[key], value)) {
      report(
        position(key),
        `\`${key}\` is ${JSON.stringify(written[key])} here but ${
          JSON.stringify(value)
        } in the cell's metadata; keep one`,
      );
    }
  }
  return { ...metadata, ...written };
}

/** Whether two values that JSON can hold are alike, in whatever order their keys stand. */
function isSame(one: unknown, other: unknown): boolean {
  if (typeof one !== "object" || typeof other !== "object" || !one || !other) return one === other;
  const mine = Object.entries(one);
  const theirs = new Map(Object.entries(other));
  return Array.isArray(one) === Array.isArray(other) && mine.length === theirs.size &&
    mine.every(([key, value]) => theirs.has(key) && isSame(value, theirs.get(key)));
}

function headerOf(
  values: Values,
  position: (key: string) => Position,
  isSql: boolean,
  report: Report,
): Header | undefined {
  const kinds = BLOCK_KINDS.filter((kind) => kind in values);
  const [kind, second] = kinds;
  reportUnknownKeys(values, position, report);
  if (kind === undefined) {
    const mark = isSql ? "--|" : "//|";
    report(
      position(""),
      `the header names no kind; add \`${mark} transformer: name\` (${BLOCK_KINDS.join(", ")})`,
    );
    return undefined;
  }
  if (second !== undefined) {
    report(
      position(`${second}:key`),
      `the header has two kinds, \`${kind}\` and \`${second}\`; a block has one: split the cell`,
    );
  }
  const name = blockName(kind, values[kind], position, report);
  if (name === undefined) return undefined;
  return readHeaderValues({ kind, name, values, position, isSql, report });
}

function reportUnknownKeys(
  values: Values,
  position: (key: string) => Position,
  report: Report,
): void {
  for (const key of Object.keys(values)) {
    if (HEADER_KEYS.includes(key)) continue;
    report(
      position(`${key}:key`),
      `the header's key \`${key}\` is unknown${
        suggestion(key, HEADER_KEYS) || `; there are ${HEADER_KEYS.join(", ")}`
      }`,
    );
  }
}

function blockName(
  kind: BlockKind,
  value: unknown,
  position: (key: string) => Position,
  report: Report,
): string | undefined {
  if (typeof value === "string") return value;
  report(
    position(kind),
    value === null
      ? `\`${kind}:\` has no name; write \`${kind}: name_of_the_block\``
      : `a block's name cannot be ${JSON.stringify(value)}; write it in snake_case`,
  );
  return undefined;
}

function plain(message: string): string {
  return message.replace(/\.$/, "").replace(/^(.)/, (letter) => letter.toLowerCase());
}
