/** Writes tables as JSON: an array, or one object a line. @module */
import { DataType } from "apache-arrow";
import { checkWrite } from "../check_write.ts";
import { appendBytes } from "./append_bytes.ts";
import { copyCompressed, type Rows } from "./copy_to.ts";
import { formatEnding } from "./format_ending.ts";
import { quotedName } from "./sql_text.ts";
import { type FileWriteOptions, type FileWritten, writeFile } from "./write_file.ts";

/** `writeJson` itself; writers.ts tells what it does. */
export async function writeJson(
  table: Rows,
  path: string | URL,
  options: FileWriteOptions = {},
): Promise<FileWritten> {
  checkWrite(table, path, options.ifExists);
  const name = String(path);
  const isLines = hasJsonLines(name);
  return await writeFile(path, options, async (staged, previous) => {
    const copy = (target: string) =>
      copyCompressed(table, target, name, [
        "format json",
        `array ${!isLines}`,
      ], (lent) => `select ${valuesOf(table)} from ${lent}`);
    if (previous === undefined) return await copy(staged);
    if (isLines) return await appendBytes(previous, staged, copy);
    throw new Error(
      `Cannot append to ${name}: a JSON array is closed by its bracket; write one object a line, as .ndjson, or replace it`,
    );
  });
}

/** Whether a name means one JSON value a line. */
export function hasJsonLines(name: string): boolean {
  return [".ndjson", ".jsonl"].includes(formatEnding(name));
}

function valuesOf(table: Rows): string {
  return table.schema.fields.map((field) => {
    const name = quotedName(String(field.name));
    return DataType.isFloat(field.type)
      ? `case when isfinite(${name}) then ${name} end as ${name}`
      : name;
  }).join(", ");
}
