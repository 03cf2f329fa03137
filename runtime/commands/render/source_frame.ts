/** Shows the notebook line that an error names, with a caret under the column. @module */
import { resolve } from "node:path";
import { type Paint, plain } from "./style.ts";

/** Where an error lies, read from the start of its message. */
interface Location {
  readonly notebook: string;
  readonly cell: number;
  readonly line: number;
  readonly column: number | undefined;
}

export interface SourceFrameOptions {
  /** Relative notebook paths in messages count from here. */
  readonly folder: string;
  readonly paint?: Paint;
}

/** The lines to print below `message`: the source line it points at and a caret; none where it points at none.
 *
 * @example
 * ```ts
 * import { sourceFrame } from "./runtime/commands/render/source_frame.ts";
 * console.log(sourceFrame("Cannot connect to Postgres", { folder: "." }).length); // 0
 * ``` */
export function sourceFrame(message: string, { folder, paint = plain }: SourceFrameOptions): string[] {
  const location = locationOf(message);
  const source = location && sourceLine(resolve(folder, location.notebook), location);
  if (!location || source === undefined) return [];
  const gutter = `  ${location.line} │ `;
  const lines = [paint("quiet", gutter) + source.replaceAll("\t", " ")];
  if (location.column !== undefined && location.column <= source.length + 1) {
    const empty = `${" ".repeat(gutter.length - 2)}│ `;
    lines.push(paint("quiet", empty) + " ".repeat(location.column - 1) + paint("bad", "^"));
  }
  return lines;
}

function locationOf(message: string): Location | undefined {
  const found = /^(.+?\.ipynb), cell (\d+)(?: \([^)]*\))?, line (\d+)(?::(\d+))?: /.exec(message);
  if (!found) return undefined;
  const [, notebook = "", cell, line, column] = found;
  return {
    notebook,
    cell: Number(cell),
    line: Number(line),
    column: column === undefined ? undefined : Number(column),
  };
}

/** The line of the notebook as it is on the disk now; undefined where it has none such. */
function sourceLine(path: string, { cell, line }: Location): string | undefined {
  try {
    const source = JSON.parse(Deno.readTextFileSync(path)).cells[cell - 1].source;
    return (Array.isArray(source) ? source.join("") : String(source)).split(/\r?\n/)[line - 1];
  } catch {
    return undefined;
  }
}
