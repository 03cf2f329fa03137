/** Streams need no more memory for more rows: what grows with them would show here first. @module */
import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";
import { testPostgres } from "../services/postgres.ts";
import { TempFolder } from "./temp_folder.ts";

const WRITER = fileURLToPath(new URL("./stream_writer.ts", import.meta.url));
const CITIES = ["Oslo", "Rome", "Bonn"];
const CONFIG = fileURLToPath(new URL("../../deno.json", import.meta.url));
/** One file's: more than a row group, and more than the collector lets lie. */
const ROWS = 400_000;
/** What lies about in between differs by up to 40 MB; three files more have 130 MB of rows. */
const MOST_MB = 80;

/** Trips with notes, 47 MB: a piece many times over, since what is in them does not matter. */
function trips(): string {
  const note = "x".repeat(90);
  const lines = Array.from(
    { length: 1000 },
    (_, at) => `${at},${CITIES[at % 3]},${at % 97}.5,${note}\n`,
  );
  return `id,city,fare,note\n${lines.join("").repeat(ROWS / 1000)}`;
}

async function peakMb(folder: string, what: string, pattern: string): Promise<number> {
  const { success, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", "--no-check", "--config", CONFIG, WRITER, folder, what, pattern],
  }).output();
  const decoder = new TextDecoder();
  assert.ok(success, decoder.decode(stderr));
  return Number(decoder.decode(stdout).trim().split("\n").at(-1));
}

Deno.test("four times the rows of a stream take no more memory, whatever writes them", async () => {
  await using files = await TempFolder.make();
  const one = await files.write("1.csv", trips());
  for (const copy of ["2.csv", "3.csv", "4.csv"]) await Deno.link(one, files.at(copy));
  for (const what of ["Postgres", "Parquet", "a dataset"]) {
    await using database = await testPostgres();
    await using other = await testPostgres();
    const small = await peakMb(database.folder, what, one);
    const large = await peakMb(other.folder, what, files.at("*.csv"));
    assert.ok(
      large < small + MOST_MB,
      `${what}: ${large} MB for four times the rows of ${small} MB`,
    );
  }
});
