/** Writes tables as CSV files. @module */
import { checkWrite } from "../check_write.ts";
import { appendBytes } from "./append_bytes.ts";
import { copyCompressed, type Rows } from "./copy_to.ts";
import { csvDialect } from "./csv_dialect.ts";
import { refuseTypes } from "./format_types.ts";
import { locate } from "./locate.ts";
import { quotedName, quotedText } from "./sql_text.ts";
import { type FileWriteOptions, type FileWritten, writeFile } from "./write_file.ts";

export interface CsvWriteOptions extends FileWriteOptions {
  /** A comma by default; in a `.tsv` a tab. */
  readonly delimiter?: string;
}

/** `writeCsv` itself; writers.ts tells what it does. */
export async function writeCsv(
  table: Rows,
  path: string | URL,
  options: CsvWriteOptions = {},
): Promise<FileWritten> {
  const name = String(path);
  checkWrite(table, name, options.ifExists);
  refuseTypes(table, "csv", name);
  const delimiter = options.delimiter ?? (/\.tsv(\.|$)/i.test(name) ? "\t" : ",");
  return await writeFile(path, options, async (staged, previous) => {
    const names = previous ? await standingColumns(previous, name, delimiter, table) : undefined;
    const copy = (target: string) =>
      copyCompressed(table, target, name, [
        "format csv",
        `header ${names === undefined}`,
        `delimiter ${quotedText(delimiter)}`,
      ], (lent) => `select ${names?.map(quotedName).join(", ") ?? "*"} from ${lent}`);
    return previous ? await appendBytes(previous, staged, copy) : await copy(staged);
  });
}

/** The columns of the file that is appended to, in its order. */
async function standingColumns(
  path: string,
  name: string,
  delimiter: string,
  table: Rows,
): Promise<readonly string[]> {
  await using source = await locate(path, []);
  const { names } = await csvDialect(source.files[0], { delimiter });
  const mine = table.schema.fields.map((field) => String(field.name));
  const odd = names.find((column) => !mine.includes(column)) ??
    mine.find((column) => !names.includes(column));
  if (odd === undefined) return names;
  throw new Error(
    `Cannot append to ${name}: ${
      mine.includes(odd)
        ? `the file has no column \`${odd}\``
        : `the table has no column \`${odd}\``
    }; select the same columns, or replace the file`,
  );
}
