/** Changes a text by edits and remembers where each part came from. @module */
import type { Edit } from "../../runtime/compile/syntax.ts";

/** A line and a column, from 1. */
export interface Place {
  readonly line: number;
  readonly column: number;
}

/** A text made from a source. */
export interface Rewritten {
  readonly text: string;
  /** Where a place of the text stands in the source, or the nearest before it; undefined behind
   *  the text's end. */
  toSource(place: Place): Place | undefined;
}

/** `base`, which lies like `source`, changed by edits that do not overlap; those at one offset keep
 *  their order.
 *
 * @example
 * ```ts
 * import { rewrite } from "./rewrite.ts";
 * const { text, toSource } = rewrite("const n = 1", "const n = 1", [{ start: 0, end: 6, text: ";(" }]);
 * console.log(text, toSource({ line: 1, column: 3 })); // ;(n = 1 { line: 1, column: 7 }
 * ``` */
export function rewrite(source: string, base: string, edits: readonly Edit[]): Rewritten {
  let text = "";
  let from = 0;
  /** Offsets of the text at which a part of the source begins or is left out. */
  const parts: { readonly at: number; readonly source: number; readonly isKept: boolean }[] = [];
  for (const edit of edits.toSorted((one, other) => one.start - other.start)) {
    parts.push({ at: text.length, source: from, isKept: true });
    text += base.slice(from, edit.start);
    parts.push({ at: text.length, source: edit.start, isKept: false });
    text += edit.text;
    from = edit.end;
  }
  parts.push({ at: text.length, source: from, isKept: true });
  text += base.slice(from);
  return {
    text,
    toSource(place) {
      const offset = offsetOf(text, place);
      if (offset >= text.length) return undefined;
      const part = parts.findLast(({ at }) => at <= offset);
      const found = (part?.source ?? 0) + (part?.isKept ? offset - part.at : 0);
      return placeOf(source, Math.min(found, source.length));
    },
  };
}

/** The line and column of an offset. */
export function placeOf(text: string, offset: number): Place {
  const before = text.slice(0, offset);
  return { line: before.split("\n").length, column: offset - before.lastIndexOf("\n") };
}

function offsetOf(text: string, { line, column }: Place): number {
  let offset = 0;
  for (let at = 1; at < line; at++) {
    const end = text.indexOf("\n", offset);
    if (end < 0) return text.length;
    offset = end + 1;
  }
  return offset + column - 1;
}
