/** Says in words where a notebook's JSON goes wrong. @module */

/** What is wrong with `text`, which `JSON.parse` refused with `error`. */
export function jsonErrorText(text: string, error: SyntaxError): string {
  if (text.includes("\0")) return "is not text but binary, so no notebook; give a .ipynb file";
  if (text.trim() === "") return "is empty; save it from Jupyter, or write a notebook there";
  if (/^<{7} /m.test(text) && /^>{7} /m.test(text)) {
    const line = text.split("\n").findIndex((line) => line.startsWith("<<<<<<< ")) + 1;
    return `holds both sides of a merge, at line ${line}: choose one between the marks <<<<<<< and >>>>>>>`;
  }
  const offset = errorOffset(text, error);
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

/** V8 tells the position of some errors, and of none where the text just ends. */
function errorOffset(text: string, error: SyntaxError): number {
  if (isCutOff(error)) return text.length;
  const position = /position (\d+)/.exec(error.message)?.[1];
  return position === undefined ? firstWrong(text) : Number(position);
}

/** Every beginning of JSON is JSON cut off, up to the first wrong character: so halving finds that. */
function firstWrong(text: string): number {
  let right = 0;
  let wrong = text.length;
  while (wrong - right > 1) {
    const middle = (right + wrong) >> 1;
    if (isBeginning(text.slice(0, middle))) right = middle;
    else wrong = middle;
  }
  return wrong - 1;
}

function isBeginning(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch (error) {
    return isCutOff(error as SyntaxError);
  }
}

function isCutOff({ message }: SyntaxError): boolean {
  return /^Unterminated|Unexpected end/.test(message);
}
