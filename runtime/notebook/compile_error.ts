/** What is wrong in a notebook and where: the one error of reading and compiling.
 *  Here, below the compiler, because headers and JSON are judged first. @module */
import { isAbsolute, relative } from "../context/paths.ts";

/** Where in a notebook something stands; cells (Markdown included), lines and columns from 1. */
export interface Place {
  readonly cell?: number | undefined;
  /** The name of the block that the cell is. */
  readonly block?: string | undefined;
  readonly line?: number | undefined;
  readonly column?: number | undefined;
}

/** One mistake in a notebook; its message begins with the place. */
export class CompileError extends Error {
  override readonly name = "CompileError";
  /** Absolute path of the notebook. */
  readonly notebook: string;
  readonly cell: number | undefined;
  readonly block: string | undefined;
  readonly line: number | undefined;
  readonly column: number | undefined;
  /** The message without the place. */
  readonly text: string;

  constructor(notebook: string, place: Place, text: string, options?: ErrorOptions) {
    super(`${placeLabel(notebook, place)}: ${text}`, options);
    this.notebook = notebook;
    this.cell = place.cell;
    this.block = place.block;
    this.line = place.line;
    this.column = place.column;
    this.text = text;
  }
}

/** Every mistake of a notebook together, in its order; the message has a line for each. */
export class CompileErrors extends AggregateError {
  override readonly name = "CompileErrors";
  declare errors: CompileError[];

  constructor(errors: readonly CompileError[]) {
    super(errors, errors.map((error) => error.message).join("\n"));
  }
}

/** A place as people read it: `notebooks/titanic.ipynb, cell 3 (adults), line 2:16`.
 *
 * @example
 * ```ts
 * import { placeLabel } from "./compile_error.ts";
 * placeLabel("/data/titanic.ipynb", { cell: 3, block: "adults", line: 2, column: 16 });
 * // "/data/titanic.ipynb, cell 3 (adults), line 2:16"
 * ``` */
export function placeLabel(notebook: string, place: Place = {}): string {
  const parts = [pathLabel(notebook)];
  if (place.cell !== undefined) {
    parts.push(`cell ${place.cell}${place.block === undefined ? "" : ` (${place.block})`}`);
  }
  if (place.line !== undefined) {
    parts.push(`line ${place.line}${place.column === undefined ? "" : `:${place.column}`}`);
  }
  return parts.join(", ");
}

/** A path relative to where the person stands (`INIT_CWD`, else the process), absolute outside it. */
export function pathLabel(path: string): string {
  const folder = standingFolder();
  if (folder === undefined) return path;
  const inside = relative(folder, path);
  return inside === "" || inside.startsWith("..") || isAbsolute(inside) ? path : inside;
}

/** Undefined in a process that may ask neither. */
function standingFolder(): string | undefined {
  try {
    return Deno.env.get("INIT_CWD") ?? Deno.cwd();
  } catch {
    return undefined;
  }
}
