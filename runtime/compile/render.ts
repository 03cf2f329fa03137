/** Writes spans of a cell into the module, line by line, and remembers where each line came from.
 *  Lines are kept whole; edits move the rest of their line, which the line's origin says. @module */
import type { LineOrigin } from "./pipeline.ts";
import type { CellCode, Edit, Span } from "./syntax.ts";

/** A line of the module; an origin of null is a line that the compiler wrote. */
export interface Line {
  readonly text: string;
  readonly origin: LineOrigin | null;
  /** Inside a template literal, where blank lines count too. */
  readonly isFixed: boolean;
}

/** The text that `lines` make. */
export function joinLines(lines: readonly Line[]): string {
  return lines.map(({ text }) => `${text}\n`).join("");
}

/** A line that the compiler wrote. */
export function ownLine(text: string): Line {
  return { text, origin: null, isFixed: false };
}

/** The lines of `span`, with `edits` applied and `indent` columns put before all but template text. */
export function renderSpan(
  code: CellCode,
  span: Span,
  edits: readonly Edit[],
  indent: number,
): readonly Line[] {
  const writer = new LineWriter(code, indent);
  let offset = span.start;
  const inside = edits.filter((edit) => edit.start >= span.start && edit.end <= span.end)
    .toSorted((first, second) => first.start - second.start || first.end - second.end);
  for (const edit of inside) {
    if (edit.start < offset) continue;
    writer.copy(offset, edit.start);
    writer.put(edit.text, edit.start);
    offset = edit.end;
  }
  writer.copy(offset, span.end);
  return tidy(writer.finish());
}

class LineWriter {
  readonly #source: string;
  readonly #code: CellCode;
  readonly #indent: number;
  readonly #lineStarts: readonly number[];
  readonly #lines: Line[] = [];
  #text = "";
  #origin: { cell: number; line: number; indent: number } | undefined;
  #shifts: { column: number; indent: number }[] = [];
  #isFixed = false;

  constructor(code: CellCode, indent: number) {
    this.#source = code.cell.source;
    this.#code = code;
    this.#indent = indent;
    this.#lineStarts = lineStartsOf(this.#source);
  }

  /** Copies the source from `start` to `end`. */
  copy(start: number, end: number): void {
    for (let offset = start; offset < end;) {
      const lineEnd = this.#source.indexOf("\n", offset);
      if (lineEnd < 0 || lineEnd >= end) {
        return this.#append(this.#source.slice(offset, end), offset);
      }
      this.#append(this.#source.slice(offset, lineEnd), offset);
      this.#endLine();
      offset = lineEnd + 1;
    }
  }

  /** Puts text of the compiler's own, without line ends, where the source has `offset`. */
  put(text: string, offset: number): void {
    if (text === "") return;
    if (this.#origin === undefined) this.#append("", offset, text);
    this.#text += text;
  }

  finish(): Line[] {
    if (this.#text !== "" || this.#origin !== undefined) this.#endLine();
    return this.#lines;
  }

  /** `content` is what the line is about to hold: a blank one is not indented. */
  #append(text: string, offset: number, content = text): void {
    const line = lastAtOrBefore(this.#lineStarts, offset);
    const sourceColumn = offset - (this.#lineStarts[line] ?? 0);
    if (this.#origin === undefined) {
      this.#isFixed = this.#code.fixed.some(({ start, end }) => start < offset && offset <= end);
      if (content !== "" && !this.#isFixed) this.#text = " ".repeat(this.#indent);
      const indent = this.#text.length - sourceColumn;
      this.#origin = { cell: this.#code.cell.index, line: line + 1, indent };
    } else {
      const indent = this.#text.length - sourceColumn;
      const last = this.#shifts.at(-1)?.indent ?? this.#origin.indent;
      if (indent !== last) this.#shifts.push({ column: this.#text.length, indent });
    }
    this.#text += text;
  }

  #endLine(): void {
    const shifts = this.#shifts.length > 0 ? { shifts: this.#shifts } : {};
    const isBlank = !this.#isFixed && this.#text.trim() === "";
    const text = isBlank ? "" : this.#text;
    this.#lines.push({
      text,
      origin: this.#origin ? { ...this.#origin, ...shifts } : null,
      isFixed: this.#isFixed,
    });
    this.#text = "";
    this.#origin = undefined;
    this.#shifts = [];
    this.#isFixed = false;
  }
}

/** Blank lines at both ends go, and those that removals left side by side. */
function tidy(lines: readonly Line[]): readonly Line[] {
  const isBlank = (line: Line | undefined) => line?.text === "" && !line.isFixed;
  const kept = lines.filter((line, at) => !isBlank(line) || !isBlank(lines[at - 1]));
  let start = 0;
  let end = kept.length;
  while (start < end && isBlank(kept[start])) start++;
  while (end > start && isBlank(kept[end - 1])) end--;
  return kept.slice(start, end);
}

function lineStartsOf(source: string): readonly number[] {
  const starts = [0];
  for (let at = source.indexOf("\n"); at >= 0; at = source.indexOf("\n", at + 1)) {
    starts.push(at + 1);
  }
  return starts;
}

function lastAtOrBefore(starts: readonly number[], offset: number): number {
  let low = 0;
  let high = starts.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((starts[middle] ?? Infinity) <= offset) low = middle;
    else high = middle - 1;
  }
  return low;
}
