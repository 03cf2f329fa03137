/** Reads CSV text as tests do: through a file of its own. @module */
import assert from "node:assert/strict";
import { type CsvOptions, readCsv } from "../../../runtime/io/files/read_csv.ts";
import { TempFolder } from "../temp_folder.ts";

/** The table of a file that holds `text`. */
export async function read(
  text: string | Uint8Array,
  options: CsvOptions = {},
  name = "trips.csv",
) {
  await using folder = await TempFolder.make();
  return await readCsv(await folder.write(name, text), options);
}

/** The message with the folder taken out. */
export async function refusal(
  text: string | Uint8Array,
  options: CsvOptions = {},
  name = "trips.csv",
) {
  await using folder = await TempFolder.make();
  const path = await folder.write(name, text);
  const failure = await readCsv(path, options).then(() => undefined, (failure) => failure);
  assert.ok(failure instanceof Error, "it was read");
  assert.ok(!/[.\n]$/.test(failure.message) && !failure.message.includes("\n"), failure.message);
  return failure.message.replaceAll(folder.path + "/", "");
}
