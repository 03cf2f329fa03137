/** Says in words where a notebook's JSON goes wrong. @module */

/** What is wrong with `text`, which `JSON.parse` refused with `error`. */
export function jsonErrorText(text: string, error: SyntaxError): string {
  if (text.includes("\0")) return "is not text but binary, so no notebook; give a .ipynb file";
  if (text.trim() === "") return "is empty; save it from Jupyter, or write a notebook there";
  const offset = errorOffset(text, error);
  if (offset === undefined) return `is not JSON: ${error.message}; save it from Jupyter again`;
  const before = text.slice(0, offset);
  const line = before.split("\n").length;
  if (offset >= text.trimEnd().length) {
    const bytes = new TextEncoder().encode(before).length;
    return `ends in the middle of its JSON, at line ${line} (byte ${bytes}): it was saved half; restore it or save it again`;
  }
  const column = offset - before.lastIndexOf("\n");
  return `is not JSON: line ${line}:${column} has ${
    JSON.stringify(text[offset])
  }; save it from Jupyter again`;
}

/** V8 says "position 12" for most errors, and nothing where the text just ends. */
function errorOffset(text: string, error: SyntaxError): number | undefined {
  const position = /position (\d+)/.exec(error.message)?.[1];
  if (/^Unterminated|Unexpected end/.test(error.message)) return text.length;
  return position === undefined ? undefined : Number(position);
}
