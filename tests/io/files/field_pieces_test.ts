import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { fieldsHere, fieldsOnThread } from "../../../runtime/io/files/field_pieces.ts";
import { type FieldPiece, NotPlain } from "../../../runtime/io/files/plain_fields.ts";
import { readCsv } from "../../../runtime/io/files/read_csv.ts";
import { TempFolder } from "../temp_folder.ts";

const SYNTAX = { delimiter: ",", quote: '"', columns: 2 };
const ROWS = 120_000;
const TEXT = Array.from({ length: ROWS }, (_, index) => `${index},ä${index % 90}\n`).join("");

function zipped(text: string): Uint8Array {
  return new Uint8Array(gzipSync(text));
}

/** Every field's text; and where rows end, a bar. */
async function texts(pieces: AsyncIterable<FieldPiece>): Promise<string[]> {
  const decoder = new TextDecoder();
  const found: string[] = [];
  for await (const { bytes, bounds, rows } of pieces) {
    for (let field = 0; field < rows * SYNTAX.columns; field++) {
      found.push(decoder.decode(bytes.subarray(bounds[field], bounds[field + 1]! - 1)));
    }
  }
  return found;
}

Deno.test("fieldsOnThread() finds what fieldsHere() does", async () => {
  await using folder = await TempFolder.make();
  for (const text of [TEXT, TEXT.slice(0, -1), "a,b\n", "a,b"]) {
    const path = await folder.write("a.csv.gz", zipped(text));
    const here = await texts(fieldsHere(path, "gzip", SYNTAX));
    assert.equal(here.length, 2 * text.trimEnd().split("\n").length);
    const there = await texts(fieldsOnThread(path, "gzip", SYNTAX));
    assert.ok(there.join() === here.join(), "other fields were found");
  }
});

Deno.test("fieldsOnThread() stops at what is not plain, and says why a file cannot be unpacked", async () => {
  await using folder = await TempFolder.make();
  const quoted = await folder.write("quoted.csv.gz", zipped(`${TEXT}"1",2\n`));
  await assert.rejects(texts(fieldsOnThread(quoted, "gzip", SYNTAX)), NotPlain);
  const cut = await folder.write("cut.csv.gz", zipped(TEXT).subarray(0, -6));
  await assert.rejects(texts(fieldsOnThread(cut, "gzip", SYNTAX)), { code: "Z_BUF_ERROR" });
  await assert.rejects(texts(fieldsOnThread(folder.at("none.gz"), "gzip", SYNTAX)), /ENOENT/);
});

async function runScript(path: string, until: "first" | "end", permissions: readonly string[]) {
  const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: [
      ...["run", "--no-prompt", "--no-check", ...permissions],
      fileURLToPath(new URL("./field_pieces_script.ts", import.meta.url)),
      ...[path, until],
    ],
    signal: AbortSignal.timeout(60_000),
  }).output();
  assert.equal(code, 0, new TextDecoder().decode(stderr));
  return Number(new TextDecoder().decode(stdout));
}

Deno.test("fieldsOnThread() ends its thread where the reader leaves", async () => {
  await using folder = await TempFolder.make();
  const path = await folder.write("a.csv.gz", zipped(TEXT));
  const rows = await runScript(path, "first", ["--allow-read"]);
  assert.ok(rows > 0 && rows < ROWS, `${rows} rows`);
});

Deno.test("fieldsOnThread() reads on this thread where it may start none", async () => {
  await using folder = await TempFolder.make();
  const path = await folder.write("a.csv.gz", zipped(TEXT));
  const unzips = fileURLToPath(
    new URL("../../../runtime/io/files/zip_streams.ts", import.meta.url),
  );
  assert.equal(await runScript(path, "end", [`--allow-read=${path},${unzips}`]), ROWS);
});

Deno.test("readCsv() reads large files by a thread, and says what is wrong in them", async () => {
  await using folder = await TempFolder.make();
  // texts that do not compress make a large file of few rows
  const random = Array.from({ length: 4_000 }, () => {
    return crypto.getRandomValues(new Uint8Array(600)).toHex();
  });
  const lines = random.map((text, index) => `${index},${text}\n`).join("");
  const options = { types: { a: "int32", b: "string" } } as const;
  const path = await folder.write("a.csv.gz", zipped(`a,b\n${lines}`));
  assert.ok((await Deno.stat(path)).size > 2 ** 21, "the file is not large");
  const table = await readCsv(path, options);
  assert.ok(Array.from(table.getChild("b")!).join() === random.join(), "other texts came back");
  const cut = await folder.write("cut.csv.gz", zipped(`a,b\n${lines}`).subarray(0, -6));
  await assert.rejects(readCsv(cut, options), /cut\.csv\.gz: the gzip data is truncated/);
  const broken = await folder.write("broken.csv.gz", zipped(`a,b\n${lines}x,1\n`));
  await assert.rejects(readCsv(broken, options), /line 4002.*`a`.*"x"/s);
});
