/** Shows the notebook line that an error points at, with a caret under the column. @module */
import { basename } from "../../context/paths.ts";
import { type Paint, plain } from "./style.ts";

/** A place in a notebook; cells, lines and columns from 1. */
export interface SourcePlace {
  /** Absolute path. */
  readonly notebook: string;
  readonly cell: number;
  readonly line: number;
  readonly column?: number | undefined;
}

/** So much of a line is shown around the column. */
const WIDTH = 120;

/** The source line at a place and a caret under its column; none where the notebook has no such line now.
 *
 * @example
 * ```ts
 * import { sourceFrame } from "./source_frame.ts";
 * console.log(sourceFrame({ notebook: "/none.ipynb", cell: 1, line: 1 }).length); // 0
 * ``` */
export function sourceFrame(
  place: SourcePlace,
  { paint = plain }: { paint?: Paint } = {},
): string[] {
  const source = sourceLine(place);
  if (source === undefined) return [];
  const { line, column } = place;
  const start = column !== undefined && column > WIDTH ? column - WIDTH / 2 : 0;
  const shown = source.slice(start, start + WIDTH).replaceAll("\t", " ");
  const gutter = `  ${line} │ `;
  const lines = [paint("quiet", gutter) + shown];
  if (column !== undefined && column <= source.length + 1) {
    const empty = `${" ".repeat(gutter.length - 2)}│ `;
    lines.push(paint("quiet", empty) + " ".repeat(column - 1 - start) + paint("bad", "^"));
  }
  return lines;
}

/** A place as messages begin with it and stacks name it: `notebooks/x.ipynb, cell 4 (clean), line 2:17`. */
const PLACE = /([^\s(][^()]*?\.ipynb), cell (\d+)(?: \([^)]*\))?(?:, line (\d+)(?::(\d+))?)?/;

/** What an error's text tells first of `notebook`: the label as it stands there, and the line that it
 * names, if it does more than name a cell. */
export function placeInError(
  error: string,
  notebook: string,
): { readonly label: string; readonly place: SourcePlace | undefined } | undefined {
  for (const line of error.split("\n")) {
    const [label, named = "", cell, row, column] = PLACE.exec(line) ?? [];
    if (label === undefined || basename(named) !== basename(notebook)) continue;
    if (row === undefined) return { label, place: undefined };
    const place = {
      notebook,
      cell: Number(cell),
      line: Number(row),
      column: column === undefined ? undefined : Number(column),
    };
    return { label, place };
  }
  return undefined;
}

/** The line of the notebook as it is on the disk now; undefined where it has none such. */
function sourceLine({ notebook, cell, line }: SourcePlace): string | undefined {
  try {
    const source = JSON.parse(Deno.readTextFileSync(notebook)).cells[cell - 1].source;
    return (Array.isArray(source) ? source.join("") : String(source)).split(/\r?\n/)[line - 1];
  } catch {
    return undefined;
  }
}
