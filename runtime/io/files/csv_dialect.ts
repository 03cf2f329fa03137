/** Finds how a CSV file is written from its first record: delimiter and column names. @module */
import { damaged, isDamage, readDecompressed } from "./compression.ts";
import { csvFields, type CsvRecord, csvRecords, type CsvSyntax, NotUtf8 } from "./csv_records.ts";
import type { SourceFile } from "./locate.ts";

/** What a caller may say about how the file is written. */
export interface CsvFormat {
  /** Found in the first line where it is not given: comma, semicolon, tab or bar. */
  readonly delimiter?: string;
  /** The sign around text, `"` by default; `""` for none. */
  readonly quote?: string;
  /** Names for a file whose first line is already data, or false to have them made: `column1`, … */
  readonly header?: false | readonly string[];
}

/** How one file is written, and its columns' names in order. */
export interface CsvDialect extends CsvSyntax {
  readonly names: readonly string[];
  readonly hasHeader: boolean;
}

const DELIMITERS = [",", ";", "\t", "|"];

/** Reads a file's first record.
 *
 * @throws {Error} for a file that is empty, is not text, or names a column twice. */
export async function csvDialect(file: SourceFile, format: CsvFormat): Promise<CsvDialect> {
  refuseOtherFormats(file);
  const quote = format.quote ?? '"';
  const first = await firstRecord(file, { delimiter: ",", quote });
  if (first === undefined || (format.header === undefined && first.text.trim() === "")) {
    throw new Error(
      `Cannot read ${file.name}: the file is empty; a first line with the columns' names is expected`,
    );
  }
  if (/\r(?!\n|$)/.test(first.text)) {
    throw new Error(
      `Cannot read ${file.name}: its lines end in \\r alone; end them in \\n, for example with tr '\\r' '\\n'`,
    );
  }
  const delimiter = format.delimiter ?? likelyDelimiter(first.text, quote);
  const fields = csvFields(first.text, { delimiter, quote });
  const hasHeader = format.header === undefined;
  const names = Array.isArray(format.header)
    ? format.header as string[]
    : fields.map((name, index) => (hasHeader && name) || `column${index + 1}`);
  if (names.length !== fields.length) {
    throw new Error(
      `Cannot read ${file.name}: header gives ${names.length} names, but the first line has ${fields.length} fields`,
    );
  }
  const twice = names.find((name, index) => names.indexOf(name) < index);
  if (twice !== undefined) {
    throw new Error(
      `Cannot read ${file.name}: its header names \`${twice}\` twice; rename one of the columns in the file`,
    );
  }
  return { delimiter, quote, names, hasHeader };
}

async function firstRecord(file: SourceFile, syntax: CsvSyntax): Promise<CsvRecord | undefined> {
  try {
    for await (const record of csvRecords(readDecompressed(file.path, file.compression), syntax)) {
      return record;
    }
    return undefined;
  } catch (failure) {
    if (failure instanceof NotUtf8) throw notUtf8(file.name, failure);
    throw isDamage(failure) ? damaged(file.name, file.compression, failure) : failure;
  }
}

/** The error for text in another encoding. */
export function notUtf8(name: string, cause: NotUtf8): Error {
  return new Error(
    `Cannot read ${name}, line ${cause.line}: the text is not UTF-8; convert the file, for example with iconv -f latin1 -t utf-8`,
    { cause },
  );
}

function refuseOtherFormats({ name, head, size }: SourceFile): void {
  const text = new TextDecoder("latin1").decode(head);
  const found = [
    ["PAR1", "is a Parquet file; read it with readParquet"],
    ["ARROW1", "is an Arrow file; read it with readArrow"],
    ["PK\x03\x04", "is a zip archive or a spreadsheet; unpack or export it first"],
    ["\xff\xfe", "is UTF-16 text; convert it to UTF-8, for example with iconv"],
    ["\xfe\xff", "is UTF-16 text; convert it to UTF-8, for example with iconv"],
  ].find(([magic]) => text.startsWith(magic!));
  if (found) throw new Error(`Cannot read ${name}: it ${found[1]}`);
  if (/^\s*<(!doctype|html|\?xml)/i.test(text)) {
    throw new Error(`Cannot read ${name}: it is an HTML or XML page; is the address right?`);
  }
  if (size === 0) {
    throw new Error(
      `Cannot read ${name}: the file is empty; a first line with the columns' names is expected`,
    );
  }
}

/** The one that splits the first line most; commas where none does. */
function likelyDelimiter(record: string, quote: string): string {
  const counts = DELIMITERS.map((delimiter) => csvFields(record, { delimiter, quote }).length);
  return DELIMITERS[counts.indexOf(Math.max(...counts))]!;
}
