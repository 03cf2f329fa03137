import assert from "node:assert/strict";
import { gzipSync } from "node:zlib";
import { type JsonOptions, readJson, scanJson } from "../../../runtime/io/files/read_json.ts";
import { TempFolder } from "../temp_folder.ts";
import { collected, plainRows, typesOf } from "./plain_rows.ts";

async function read(text: string | Uint8Array, options: JsonOptions = {}, name = "a.json") {
  await using folder = await TempFolder.make();
  return await readJson(await folder.write(name, text), options);
}

async function refusal(text: string | Uint8Array, options: JsonOptions = {}, name = "a.json") {
  await using folder = await TempFolder.make();
  const path = await folder.write(name, text);
  const failure = await readJson(path, options).then(() => undefined, (failure) => failure);
  assert.ok(failure instanceof Error, "it was read");
  return failure.message.replaceAll(folder.path + "/", "");
}

const EXPECTED = [{ id: 1, name: "a" }, { id: 2, name: null }];

const FORMS: readonly [what: string, text: string | Uint8Array, name: string][] = [
  ["an array", '[{"id":1,"name":"a"},{"id":2}]', "a.json"],
  ["an array over lines", '[\n {"id":1,\n "name":"a"},\n {"id":2}\n]\n', "a.json"],
  ["lines", '{"id":1,"name":"a"}\n{"id":2}\n', "a.ndjson"],
  ["lines in a .json", '{"id":1,"name":"a"}\n{"id":2}\n', "a.json"],
  ["objects over lines", '{"id":1,\n"name":"a"}\n{\n"id":2}', "a.json"],
  ["gzip", new Uint8Array(gzipSync('{"id":1,"name":"a"}\n{"id":2}\n')), "a.jsonl.gz"],
];

for (const [what, text, name] of FORMS) {
  Deno.test(`readJson() reads ${what}`, async () => {
    assert.deepEqual(plainRows(await read(text, {}, name)), EXPECTED);
    const declared = await read(text, { types: { id: "int8" } }, name);
    assert.deepEqual(plainRows(declared), EXPECTED);
    assert.equal(typesOf(declared)["id"], "Int8");
  });
}

Deno.test("readJson() reads declared types from texts and numbers alike", async () => {
  const text =
    '[{"n":"9007199254740993","d":12.30,"at":"2021-01-01T00:00:00Z","j":{"a":[1]},"t":5}]';
  const table = await read(text, {
    types: { n: "int64", d: "decimal(10,2)", j: "json", t: "string" },
    parseDates: ["at"],
  });
  assert.equal(table.getChild("n")!.get(0), 9007199254740993n);
  const { n: _, ...rest } = Object.fromEntries(
    ["d", "at", "j", "t"].map((name) => [name, plainRows(table.select([name]))[0]![name]]),
  ) as Record<string, unknown>;
  assert.deepEqual(rest, { d: "12.30", at: new Date("2021-01-01"), j: '{"a":[1]}', t: "5" });
});

const LATE = Array.from({ length: 30_000 }, (_, index) => ({ id: index }));

const REFUSALS: readonly [
  what: string,
  text: string | Uint8Array,
  options: JsonOptions,
  message: string | RegExp,
][] = [
  [
    "a value that does not fit",
    '[{"id":1},{"id":1.5}]',
    { types: { id: "int64" } },
    'Cannot read a.json, row 2, column `id`: "1.5" is not an int64; mend the value, or declare another type',
  ],
  [
    "a value that does not fit, far down",
    JSON.stringify([...LATE, { id: "x" }]),
    { types: { id: "int64" } },
    'Cannot read a.json, row 30001, column `id`: "x" is not an int64; mend the value, or declare another type',
  ],
  [
    "a missing value of a not-null column",
    '[{"id":1},{"x":1}]',
    { types: { id: "int64 not null" } },
    "Cannot read a.json, row 2, column `id`: it is empty, but the column is declared `int64 not null`",
  ],
  [
    "a missing column",
    '[{"id":1}]',
    { types: { ids: "int64" } },
    "Cannot read a.json: it has no column `ids`; did you mean `id`?",
  ],
  [
    "an extra column under exact",
    '[{"id":1,"x":2}]',
    { types: { id: "int64" }, exact: true },
    "Cannot read a.json: `x` is not declared and exact was asked for; add to types what is wanted, or leave exact out",
  ],
  ["an empty file", "", {}, "Cannot read a.json: the file is empty"],
  [
    "an empty list without types",
    "[ ]",
    {},
    "Cannot read a.json: it is an empty list, which shows no columns; declare their types",
  ],
  [
    "a key given twice",
    '[{"id":1},{"id":1,"id":2}]',
    {},
    "Cannot read a.json: value 2 has the key `id` twice; mend the file",
  ],
  ["text", "id,x\n", {}, "Cannot read a.json: it is not JSON, it begins with `i`"],
  [
    "an array of numbers",
    "[1,2]",
    {},
    'Cannot read a.json: its values are not objects; each row must be one, as {"name": value}',
  ],
  [
    "a broken object",
    '[{"id":1},{"id":]',
    {},
    /^Cannot read a\.json, value \d+: the JSON is broken: [a-z ]+$/,
  ],
  [
    "a broken line",
    '{"id":1}\n{"id":\n',
    {},
    /^Cannot read a\.json, (line|value) \d+: the JSON is broken: [a-z ]+$/,
  ],
  [
    "a cut gzip",
    new Uint8Array(gzipSync(JSON.stringify(LATE))).subarray(0, -9),
    {},
    "Cannot read a.json: the gzip data is truncated; get the file again",
  ],
];

for (const [what, text, options, message] of REFUSALS) {
  Deno.test(`readJson() refuses ${what}`, async () => {
    const seen = await refusal(text, options);
    if (typeof message === "string") assert.equal(seen, message);
    else assert.match(seen, message);
  });
}

Deno.test("readJson() takes an empty list for no rows of the declared columns", async () => {
  const types = { id: "int64", at: "timestamp", more: "json" } as const;
  const table = await read("[]\n", { types, exact: true });
  assert.deepEqual([table.numRows, typesOf(table)], [0, {
    id: "Int64",
    at: "Timestamp<MICROSECOND>",
    more: "Utf8",
  }]);
});

Deno.test("readJson() infers from every row", async () => {
  const table = await read(JSON.stringify([...LATE, { id: 1.5, late: true }]));
  assert.deepEqual(typesOf(table), { id: "Float64", late: "Bool" });
});

Deno.test("scanJson() gives every row", async () => {
  await using folder = await TempFolder.make();
  const path = await folder.write("a.ndjson", LATE.map((row) => JSON.stringify(row)).join("\n"));
  assert.equal((await collected(await scanJson(path, { types: { id: "int64" } }))).numRows, 30_000);
});
