/** Says whether a text is a whole cell, for consoles that ask at each line's end. @module */
import { parseCell } from "../../runtime/compile/parse_cell.ts";
import type { Json } from "../wire/message.ts";

/** The content of an `is_complete_reply`. */
export function isComplete(source: string): Json {
  if (/^\s*%/.test(source)) return { status: "complete" };
  const offsets: number[] = [];
  parseCell(source, (offset) => void offsets.push(offset));
  const [first] = offsets;
  if (first === undefined) return { status: "complete" };
  const isAtEnd = source.slice(first).trim() === "" || hasOpenLiteral(source, first);
  return isAtEnd ? { status: "incomplete", indent: "  " } : { status: "invalid" };
}

/** A template or a comment that has begun is reported where it begins. */
function hasOpenLiteral(source: string, offset: number): boolean {
  const rest = source.slice(offset);
  return rest.startsWith("/*") || rest.includes("`") || source.slice(0, offset).endsWith("`");
}
