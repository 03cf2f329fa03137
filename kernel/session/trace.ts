/** Shows an error shortly: the message, the notebook's line with a caret, the frames that are the
 *  person's own, and what caused it. @module */
import { fileURLToPath } from "node:url";
import { relative } from "node:path";
import { isOwnModule } from "../../runtime/context/own_module.ts";
import type { Place } from "../cell/rewrite.ts";
import type { HostError } from "../host/protocol.ts";

const RED = "\x1b[31m";
const DIM = "\x1b[2m";
const BOLD = "\x1b[1m";
const PLAIN = "\x1b[0m";
const FRAMES = 8;
const DETAILS = 5;
const WIDTH = 120;

/** A place in a cell. */
export interface CellPlace extends Place {
  readonly label: string;
  readonly source: string;
}

/** Finds the cell's place of a position in evaluated code; `file` is what stacks call it. */
export type FindPlace = (file: string, place: Place) => CellPlace | undefined;

/** Jupyter's three fields of an error. */
export interface ShownError {
  readonly ename: string;
  readonly evalue: string;
  readonly traceback: readonly string[];
}

/** An error that a running cell threw. */
export function showError(
  error: HostError,
  options: { readonly find: FindPlace; readonly folder: string; readonly at?: CellPlace },
): ShownError {
  const named = plainError(error, options.folder);
  return {
    ename: named.name,
    evalue: named.message,
    traceback: [...errorLines(named, options), ...causeLines(named, options)],
  };
}

/** Deno calls what went wrong in an imported module a TypeError, and names its file by a URL. */
function plainError(error: HostError, folder: string): HostError {
  const [, name, text] = /^([A-Z]\w*Error): ([\s\S]*)$/.exec(error.message) ?? [];
  const message = (text ?? error.message).replace(/ from "[^"]*\$deno\$repl\.mts"/, "").replaceAll(
    /file:\/\/[^\s"'?]+(\?v=\d+)?/g,
    (url) => shownPath(url, folder),
  );
  return { ...error, name: name ?? error.name, message: message.replace(/^([^\n]*)\.$/, "$1") };
}

/** A file relative to the project, as far as it lies in it. */
function shownPath(url: string, folder: string): string {
  const path = fileURLToPath(url.replace(/\?v=\d+$/, ""));
  const inside = relative(folder, path);
  return inside.startsWith("..") ? path : inside;
}

/** A mistake at a place of a cell that did not run. */
export function showMistake(name: string, message: string, at: CellPlace): ShownError {
  return { ename: name, evalue: message, traceback: [headLine(name, message), ...frameLines(at)] };
}

/** The source line at a place, its number, and a caret under the column. */
export function frameLines({ label, line, column, source }: CellPlace): readonly string[] {
  const text = (source.split("\n")[line - 1] ?? "").replaceAll("\t", " ");
  const start = column > WIDTH ? column - WIDTH / 2 : 0;
  const gutter = `  ${line} │ `;
  return [
    `${DIM}${label}, line ${line}:${column}${PLAIN}`,
    `${DIM}${gutter}${PLAIN}${text.slice(start, start + WIDTH)}`,
    `${DIM}${" ".repeat(gutter.length - 2)}│ ${PLAIN}${
      " ".repeat(column - 1 - start)
    }${RED}^${PLAIN}`,
  ];
}

function errorLines(
  error: HostError,
  { find, folder, at }: { find: FindPlace; folder: string; at?: CellPlace },
): string[] {
  const frames = error.stack.split("\n").flatMap((line) => readFrame(line, find, folder));
  // The parser's own words about a module hold the place already.
  if (/^\s+at \S+:\d+:\d+$/m.test(error.message)) {
    return [headLine(error.name, error.message), ...(at ? frameLines(at) : [])];
  }
  const first = at ?? frames.find(({ place }) => place !== undefined)?.place;
  const shown = frames.filter(({ place }) => place === undefined || place !== first);
  return [
    headLine(error.name, error.message),
    ...(first ? frameLines(first) : []),
    ...shown.slice(0, FRAMES).map(({ text }) => `${DIM}  at ${text}${PLAIN}`),
  ];
}

function causeLines(error: HostError, options: { find: FindPlace; folder: string }): string[] {
  const lines: string[] = [];
  for (const one of (error.errors ?? []).slice(0, DETAILS)) {
    lines.push(`${DIM}•${PLAIN} ${one.name}: ${one.message}`);
  }
  for (let cause = error.cause; cause !== undefined; cause = cause.cause) {
    const [head, ...rest] = errorLines(plainError(cause, options.folder), options);
    lines.push(`${DIM}Caused by:${PLAIN} ${head}`, ...rest);
  }
  return lines;
}

function headLine(name: string, message: string): string {
  const [first, ...more] = message.split("\n");
  const head = name === "Error"
    ? `${BOLD}${RED}${first}`
    : `${BOLD}${RED}${name}:${PLAIN}${RED} ${first}`;
  return [`${head}${PLAIN}`, ...more].join("\n");
}

const FRAME = /^\s+at (?:async )?(?:(.*?) \()?(\S+?)(?:, <anonymous>)?:(\d+):(\d+)\)?$/;
const CELL = /^cell-\d+\.ts$/;

interface Frame {
  /** Where it is in a cell; undefined in modules. */
  readonly place: CellPlace | undefined;
  readonly text: string;
}

/** A frame of a cell or of a module of the project; none where it is Sluice's, Deno's or a package's. */
function readFrame(line: string, find: FindPlace, folder: string): readonly Frame[] {
  const [, name, url = "", row, column] = FRAME.exec(line) ?? [];
  const position = { line: Number(row), column: Number(column) };
  if (CELL.test(url)) {
    const place = find(url, position);
    if (place === undefined) return [];
    return [{ place, text: label(name, `${place.label}, line ${place.line}:${place.column}`) }];
  }
  if (!isOwn(url)) return [];
  const text = label(name, `${shownPath(url, folder)}:${row}:${column}`);
  return [{ place: undefined, text }];
}

function label(name: string | undefined, place: string): string {
  const isNamed = name !== undefined && !/^(eval|<anonymous>|default|Module\.default)$/.test(name);
  return isNamed ? `${name.replace(/^Module\./, "")} (${place})` : place;
}

function isOwn(url: string): boolean {
  return url.startsWith("file:") && !url.includes("/node_modules/") && !isOwnModule(url);
}
