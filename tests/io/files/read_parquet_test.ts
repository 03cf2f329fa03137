import assert from "node:assert/strict";
import { tableFromQuery } from "../../../runtime/table/duckdb_to_arrow.ts";
import { duckdb } from "../../../runtime/table/engine.ts";
import { readArrow } from "../../../runtime/io/files/read_arrow.ts";
import { readParquet, scanParquet } from "../../../runtime/io/files/read_parquet.ts";
import { writeArrow } from "../../../runtime/io/files/write_arrow.ts";
import { writeParquet } from "../../../runtime/io/files/write_parquet.ts";
import { TempFolder } from "../temp_folder.ts";
import { collected, plainRows, typesOf } from "./plain_rows.ts";

const READERS = [
  { name: "readParquet", ending: ".parquet", read: readParquet, write: writeParquet },
  { name: "readArrow", ending: ".arrow", read: readArrow, write: writeArrow },
] as const;

const SQL = `select i::bigint as id, i / 2 as half, i::varchar as text,
  case when i <> 3 then i end as gap from range(5) t(i)`;

async function tableOf(sql: string) {
  return await tableFromQuery(await duckdb(), sql);
}

for (const { name, ending, read, write } of READERS) {
  Deno.test(`${name}() keeps the file's types, and converts without loss to declared ones`, async () => {
    await using folder = await TempFolder.make();
    const path = folder.at(`a${ending}`);
    await write(await tableOf(SQL), path);
    assert.deepEqual(typesOf(await read(path)), {
      id: "Int64",
      half: "Float64",
      text: "Utf8",
      gap: "Int64",
    });
    const types = { id: "int8 not null", half: "float32", text: "int16", gap: "string" } as const;
    const table = await read(path, { types, exact: true });
    assert.deepEqual(typesOf(table), { id: "Int8", half: "Float32", text: "Int16", gap: "Utf8" });
    assert.deepEqual(plainRows(table)[4], { id: 4, half: 2, text: 4, gap: "4" });
    assert.equal(table.schema.fields[0]!.nullable, false);
  });

  const REFUSALS: readonly [what: string, options: object, message: string][] = [
    [
      "a value that does not fit",
      { types: { half: "int64" } },
      ', row 2, column `half`: "0.5" is not an int64; mend the value, or declare another type',
    ],
    [
      "null where there may be none",
      { types: { gap: "int64 not null" } },
      ", row 4, column `gap`: it is empty, but the column is declared `int64 not null`",
    ],
    [
      "a missing column",
      { types: { hlf: "int64" } },
      ": it has no column `hlf`; did you mean `half`?",
    ],
    [
      "extra columns under exact",
      { types: { id: "int64", half: "float64" }, exact: true },
      ": `text`, `gap` are not declared and exact was asked for; add to types what is wanted, or leave exact out",
    ],
  ];
  for (const [what, options, message] of REFUSALS) {
    Deno.test(`${name}() refuses ${what}`, async () => {
      await using folder = await TempFolder.make();
      const path = folder.at(`a${ending}`);
      await write(await tableOf(SQL), path);
      await assert.rejects(read(path, options), { message: `Cannot read ${path}${message}` });
    });
  }

  Deno.test(`${name}() refuses what is cut, empty or another thing`, async () => {
    await using folder = await TempFolder.make();
    const path = folder.at(`whole${ending}`);
    await write(await tableOf(SQL), path);
    const bytes = await Deno.readFile(path);
    for (const cut of [bytes.subarray(0, -1), bytes.subarray(0, bytes.length >> 1)]) {
      const part = await folder.write(`cut${ending}`, cut);
      await assert.rejects(read(part), (failure: Error) => {
        assert.match(failure.message, new RegExp(`^Cannot read ${part}: [^\n]*[^\n.]$`));
        return true;
      });
    }
    for (const content of ["", "id,x\n1,2\n"]) {
      const other = await folder.write(`other${ending}`, content);
      await assert.rejects(read(other), (failure: Error) => {
        assert.match(failure.message, new RegExp(`^Cannot read ${other}: [^\n]*[^\n.]$`));
        return true;
      });
    }
  });

  Deno.test(`${name}() reads every file of a pattern, in order`, async () => {
    await using folder = await TempFolder.make();
    await write(await tableOf("select 2 as n"), folder.at(`b${ending}`));
    await write(await tableOf("select 1 as n"), folder.at(`a${ending}`));
    assert.deepEqual(plainRows(await read(folder.at(`*${ending}`))), [{ n: 1 }, { n: 2 }]);
  });
}

Deno.test("scanParquet() gives every row in order, and ends at a value that does not fit", async () => {
  await using folder = await TempFolder.make();
  const table = await tableOf("select i as id from range(300_000) t(i)");
  const path = folder.at("a.parquet");
  await writeParquet(table, path);
  const back = await collected(await scanParquet(path));
  assert.deepEqual(back.getChild("id")!.toArray(), table.getChild("id")!.toArray());
  await assert.rejects(
    async () => await collected(await scanParquet(path, { types: { id: "uint16" } })),
    {
      message: `Cannot read ${path}, row 65537, column \`id\`: "65536" is not a uint16; ` +
        "mend the value, or declare another type",
    },
  );
});
