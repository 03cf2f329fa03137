/** Splits CSV text into records with their line numbers: for headers, and to find what DuckDB tripped
 *  over. Loading itself never comes here. @module */

/** How a CSV file is written. */
export interface CsvSyntax {
  readonly delimiter: string;
  /** Also the sign that escapes a quote inside quotes. */
  readonly quote: string;
}

/** One record: a header or a row, which may reach over several lines. */
export interface CsvRecord {
  /** The line that it begins on, from 1. */
  readonly line: number;
  readonly text: string;
  /** True for the last record where a quote was never closed. */
  readonly isOpen: boolean;
}

/** The records of a file, blank lines included.
 *
 * @throws {NotUtf8} at the first line that is not UTF-8. */
export async function* csvRecords(
  chunks: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
  { quote }: CsvSyntax,
): AsyncGenerator<CsvRecord, void, undefined> {
  const decoder = new Utf8Lines();
  let rest = "";
  let line = 1;
  for await (const chunk of chunks) {
    const text = rest + decoder.decode(chunk);
    let start = 0;
    for (let end = recordEnd(text, start, quote); end >= 0; end = recordEnd(text, start, quote)) {
      const record = text.slice(start, end);
      yield { line, text: record.replace(/\r$/, ""), isOpen: false };
      line += 1 + newlines(record);
      start = end + 1;
    }
    rest = text.slice(start);
  }
  rest += decoder.decode();
  if (rest !== "") {
    yield { line, text: rest.replace(/\r$/, ""), isOpen: quotes(rest, quote) % 2 === 1 };
  }
}

/** A record's fields, unquoted; null for one that is empty without quotes. */
export function csvFields(record: string, { delimiter, quote }: CsvSyntax): (string | null)[] {
  const fields: (string | null)[] = [];
  for (let at = 0; at <= record.length;) {
    if (record[at] === quote && quote !== "") {
      const end = quoteEnd(record, at, quote);
      fields.push(record.slice(at + 1, end).replaceAll(quote + quote, quote));
      const next = record.indexOf(delimiter, end);
      at = next < 0 ? record.length + 1 : next + delimiter.length;
    } else {
      const next = record.indexOf(delimiter, at);
      const end = next < 0 ? record.length : next;
      fields.push(end === at ? null : record.slice(at, end));
      at = next < 0 ? record.length + 1 : end + delimiter.length;
    }
  }
  return fields;
}

/** Text that is not UTF-8. */
export class NotUtf8 extends Error {
  override readonly name = "NotUtf8";
  readonly line: number;

  constructor(line: number, cause: unknown) {
    super(`line ${line} is not UTF-8`, { cause });
    this.line = line;
  }
}

function recordEnd(text: string, start: number, quote: string): number {
  const end = text.indexOf("\n", start);
  if (end < 0 || quote === "") return end;
  let open = text.indexOf(quote, start);
  if (open < 0 || open > end) return end;
  for (let newline = end; newline >= 0; newline = text.indexOf("\n", newline + 1)) {
    while (open >= 0 && open < newline) {
      const close = text.indexOf(quote, open + 1);
      if (close < 0) return -1;
      if (close > newline) newline = text.indexOf("\n", close);
      if (newline < 0) return -1;
      open = text.indexOf(quote, close + 1);
    }
    return newline;
  }
  return -1;
}

function quoteEnd(record: string, start: number, quote: string): number {
  for (let at = record.indexOf(quote, start + 1); at >= 0; at = record.indexOf(quote, at + 2)) {
    if (record[at + 1] !== quote) return at;
  }
  return record.length;
}

function quotes(text: string, quote: string): number {
  return quote === "" ? 0 : text.split(quote).length - 1;
}

function newlines(text: string): number {
  let count = 0;
  for (let at = text.indexOf("\n"); at >= 0; at = text.indexOf("\n", at + 1)) count++;
  return count;
}

/** Decodes UTF-8 strictly, and knows the line where it cannot. */
class Utf8Lines {
  readonly #decoder = new TextDecoder("utf-8", { fatal: true });
  #lines = 1;

  decode(chunk?: Uint8Array): string {
    try {
      const text = chunk ? this.#decoder.decode(chunk, { stream: true }) : this.#decoder.decode();
      this.#lines += newlines(text);
      return text;
    } catch (cause) {
      throw new NotUtf8(this.#lines + goodLines(chunk ?? new Uint8Array()), cause);
    }
  }
}

/** How many lines decode before the first that does not; the chunk's first may begin inside a sign. */
function goodLines(chunk: Uint8Array): number {
  const decoder = new TextDecoder("utf-8", { fatal: true });
  let count = 0;
  for (let start = 0; start < chunk.length; count++) {
    const newline = chunk.indexOf(10, start);
    const end = newline < 0 ? chunk.length : newline + 1;
    try {
      decoder.decode(chunk.subarray(start, end));
    } catch {
      if (count > 0 || (chunk[0]! & 0xc0) !== 0x80) return count;
    }
    start = end;
  }
  return count;
}
