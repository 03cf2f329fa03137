import assert from "node:assert/strict";
import { gunzipSync, gzipSync, zstdDecompressSync } from "node:zlib";
import type { Table } from "../../../runtime/table/table.ts";
import { TableStream } from "../../../runtime/table/table.ts";
import { tableFromQuery } from "../../../runtime/table/duckdb_to_arrow.ts";
import { duckdb } from "../../../runtime/table/engine.ts";
import { withScope } from "../../../runtime/context/scope.ts";
import type { Rows } from "../../../runtime/io/files/copy_to.ts";
import { readArrow } from "../../../runtime/io/files/read_arrow.ts";
import { readCsv } from "../../../runtime/io/files/read_csv.ts";
import { readJson } from "../../../runtime/io/files/read_json.ts";
import { readParquet, scanParquet } from "../../../runtime/io/files/read_parquet.ts";
import { writeArrow } from "../../../runtime/io/files/write_arrow.ts";
import { writeCsv } from "../../../runtime/io/files/write_csv.ts";
import type { FileWriteOptions, FileWritten } from "../../../runtime/io/files/write_file.ts";
import { writeJson } from "../../../runtime/io/files/write_json.ts";
import { writeParquet } from "../../../runtime/io/files/write_parquet.ts";
import { writePartitioned } from "../../../runtime/io/files/write_partitioned.ts";
import { gcs } from "../../../runtime/io/gcs/connection.ts";
import { postgres } from "../../../runtime/io/postgres/connection.ts";
import { scopeOf } from "../scope_of.ts";
import { TempFolder } from "../temp_folder.ts";
import { collected, plainRows, streamOf, typesOf } from "./plain_rows.ts";

async function tableOf(sql: string): Promise<Table> {
  return await tableFromQuery(await duckdb(), sql);
}

const TYPES = {
  id: "int64",
  small: "int8",
  fare: "float64",
  text: "string",
  day: "date",
  moment: "timestamp",
  zoned: "timestamptz",
  flag: "boolean",
  price: "decimal(10,2)",
} as const;

const SQL = `select * from (values
  (1::bigint, (-128)::tinyint, 0.1::double, '', date '1969-12-31', timestamp '1969-12-31 23:59:59.123456',
    timestamptz '2021-01-01 00:00:00+00', true, 12.30::decimal(10,2)),
  (9007199254740993, 127, -0.0, 'a,"b"' || chr(10) || 'é€😀', date '2021-02-28', timestamp '2021-01-01',
    timestamptz '2021-06-01 12:00:00.000001+02', false, -0.01),
  (null, null, null, null, null, null, null, null, null)
) t(id, small, fare, text, day, moment, zoned, flag, price)`;

interface Format {
  readonly name: string;
  readonly write: (rows: Rows, path: string, options?: FileWriteOptions) => Promise<FileWritten>;
  readonly read: (path: string) => Promise<Table<unknown>>;
}

const FORMATS: readonly Format[] = [
  ...["a.csv", "a.tsv", "a.csv.gz", "a.csv.zst"].map((name): Format => ({
    name,
    write: writeCsv,
    read: (path) => readCsv(path, { types: TYPES }),
  })),
  ...["a.json", "a.ndjson", "a.jsonl.gz", "a.json.gz", "a.ndjson.zst"].map((name): Format => ({
    name,
    write: writeJson,
    read: (path) => readJson(path, { types: TYPES }),
  })),
  { name: "a.parquet", write: writeParquet, read: (path) => readParquet(path) },
  ...["a.arrow", "a.arrows", "a.feather"].map((name): Format => ({
    name,
    write: writeArrow,
    read: (path) => readArrow(path),
  })),
];

/** Values as they lie in the columns, so that microseconds and int64 are compared whole. */
function columnsOf(table: Table<unknown>): unknown {
  return table.schema.fields.map((field) => [
    String(field.name),
    Array.from(table.getChild(String(field.name))!, (value) => String(value)),
  ]);
}

for (const { name, write, read } of FORMATS) {
  Deno.test(`${write.name}() and its reader keep every value of ${name}`, async () => {
    await using folder = await TempFolder.make();
    const table = await tableOf(SQL);
    const written = await write(table, folder.at("new", "folders", name));
    assert.equal(written.rows, 3);
    assert.equal(written.path, folder.at("new", "folders", name));
    assert.equal(written.bytes, (await Deno.stat(written.path)).size);
    const back = await read(written.path);
    assert.deepEqual(typesOf(back), typesOf(table));
    assert.deepEqual(columnsOf(back), columnsOf(table));
    assert.deepEqual(await folder.names("new/folders"), [name]);
  });

  Deno.test(`${write.name}() writes a stream and an empty table to ${name}`, async () => {
    await using folder = await TempFolder.make();
    const table = await tableOf("select i as id, i / 2 as fare from range(300_000) t(i)");
    assert.equal((await write(streamOf(table), folder.at(name))).rows, 300_000);
    const none = await tableOf("select 1::bigint as id where false");
    assert.equal((await write(none, folder.at(name), { ifExists: "replace" })).rows, 0);
    assert.deepEqual(await folder.names(), [name]);
  });

  Deno.test(`${write.name}() fails where ${name} exists, and replaces it when told to`, async () => {
    await using folder = await TempFolder.make();
    const path = await folder.write(name, "what stood there");
    const table = await tableOf("select 1 as n");
    await assert.rejects(write(table, path), {
      message:
        `Cannot write ${path}: it exists; give ifExists: "replace" or "append", or another path`,
    });
    assert.equal(await Deno.readTextFile(path), "what stood there");
    await write(table, path, { ifExists: "replace" });
    assert.notEqual(await Deno.readTextFile(path), "what stood there");
    assert.deepEqual(await folder.names(), [name]);
  });

  Deno.test(`${write.name}() leaves ${name} as it was when the rows end in an error`, async () => {
    await using folder = await TempFolder.make();
    const path = await folder.write(name, "what stood there");
    const table = await tableOf("select i as id from range(100_000) t(i)");
    async function* failing() {
      yield table.batches[0]!;
      await Promise.resolve();
      throw new Error("the source broke off");
    }
    await assert.rejects(
      write(new TableStream(table.schema, failing()), path, { ifExists: "replace" }),
      { message: "the source broke off" },
    );
    await assert.rejects(
      write(new TableStream(table.schema, failing()), folder.at("new", name)),
      { message: "the source broke off" },
    );
    assert.equal(await Deno.readTextFile(path), "what stood there");
    assert.deepEqual(await folder.names(), [name]);
  });
}

Deno.test("writeCsv() writes what other programs expect", async () => {
  await using folder = await TempFolder.make();
  const table = await tableOf("select 1 as n, '' as empty, null as nothing, 'a,b' as text");
  await writeCsv(table, folder.at("a.csv"));
  assert.equal(await Deno.readTextFile(folder.at("a.csv")), 'n,empty,nothing,text\n1,"",,"a,b"\n');
  await writeCsv(table, folder.at("a.csv.gz"), { delimiter: ";" });
  const text = gunzipSync(await Deno.readFile(folder.at("a.csv.gz"))).toString();
  assert.equal(text, 'n;empty;nothing;text\n1;"";;a,b\n');
  await writeCsv(table, folder.at("a.csv.zst"));
  assert.match(
    zstdDecompressSync(await Deno.readFile(folder.at("a.csv.zst"))).toString(),
    /^n,empty/,
  );
});

Deno.test("writeJson() writes valid JSON, NaN as null", async () => {
  await using folder = await TempFolder.make();
  const table = await tableOf("select 'nan'::double as x, 'inf'::float as y, 1.5::double as z");
  await writeJson(table, folder.at("a.json"));
  assert.deepEqual(JSON.parse(await Deno.readTextFile(folder.at("a.json"))), [
    { x: null, y: null, z: 1.5 },
  ]);
});

Deno.test("writeParquet() keeps the order of its rows", async () => {
  await using folder = await TempFolder.make();
  const table = await tableOf("select i as id from range(500_000) t(i)");
  for (const compression of ["zstd", "snappy", "none"] as const) {
    const options = { compression, ifExists: "replace" } as const;
    const { path } = await writeParquet(table, folder.at("a.parquet"), options);
    const back = await collected(await scanParquet(path));
    assert.deepEqual(back.getChild("id")!.toArray(), table.getChild("id")!.toArray());
  }
});

Deno.test("writers refuse a folder, a file in the way, and a URL that cannot be written", async () => {
  await using folder = await TempFolder.make();
  const table = await tableOf("select 1 as n");
  await assert.rejects(writeCsv(table, folder.path), {
    message:
      `Cannot write ${folder.path}: it is a folder; name a file in it, or write a dataset with writePartitioned`,
  });
  const path = await folder.write("file", "x");
  await assert.rejects(writeCsv(table, `${path}/a.csv`), {
    message: `Cannot write ${path}/a.csv: a part of its path is a file, not a folder`,
  });
  await assert.rejects(async () => await writeCsv(table, "https://host/a.csv"), {
    message: "Cannot write https://host/a.csv: only local paths and file: URLs can be written",
  });
});

Deno.test("writers refuse what is no table, and ways to write that there are not", async () => {
  await using folder = await TempFolder.make();
  const table = await tableOf("select 1 as n");
  const path = await folder.write("standing.csv", "mine\n");
  const upsert = { ifExists: "upsert" as "replace" };
  const refused = 'ifExists is "upsert"; give "fail", "replace" or "append"';
  for (const { write } of FORMATS) {
    await assert.rejects(async () => await write(table, path, upsert), {
      message: `Cannot write ${path}: ${refused}`,
    });
    await assert.rejects(async () => await write(Promise.resolve(table) as never, path), {
      message: `Cannot write ${path}: it got a Promise, not a table; await it first`,
    });
  }
  const set = folder.at("set");
  await assert.rejects(writePartitioned(table, set, { by: "n", ...upsert }), {
    message: `Cannot write ${set}: ${refused}`,
  });
  await assert.rejects(postgres().write(table, "hr.people", upsert), {
    message: `Cannot write hr.people: ${refused}`,
  });
  await assert.rejects(gcs().upload("x", "a.txt", upsert), {
    message: 'Cannot write a.txt: ifExists is "upsert"; give "fail" or "replace"',
  });
  assert.equal(await Deno.readTextFile(path), "mine\n");
});

const APPENDED = FORMATS.filter(({ name }) => !/arrow|feather|\.json/.test(name));

for (const { name, write, read } of APPENDED) {
  Deno.test(`${write.name}() appends to ${name}, once for each call of a run`, async () => {
    await using folder = await TempFolder.make();
    const path = folder.at(name);
    const table = await tableOf(SQL);
    const append = (options: Parameters<typeof scopeOf>[0]) => {
      const scope = scopeOf({ folder: folder.path, ...options });
      return withScope(scope, async () => {
        const first = await write(table, path, { ifExists: "append" });
        const second = await write(table, path, { ifExists: "append" });
        await scope.resources.close();
        return [first.rows, second.rows];
      });
    };
    assert.deepEqual(await append({}), [3, 3]);
    assert.equal((await read(path)).numRows, 6);
    assert.deepEqual(await append({ attempt: 2 }), [3, 3]);
    assert.equal((await read(path)).numRows, 6);
    await append({ id: "another-run" });
    assert.equal((await read(path)).numRows, 12);
    assert.deepEqual(columnsOf((await read(path)).slice(9)), columnsOf(table));
    await Deno.remove(path);
    await append({ attempt: 3 });
    assert.equal((await read(path)).numRows, 6);
  });
}

Deno.test("appends that were made before remove what their killed writer left", async () => {
  await using folder = await TempFolder.make();
  const table = await tableOf("select 1 as n, 2 as m");
  const append = () => {
    const scope = scopeOf({ folder: folder.path });
    return withScope(scope, async () => {
      await writeCsv(table, folder.at("a.csv"), { ifExists: "append" });
      await writePartitioned(table, folder.at("set"), { by: "n", ifExists: "append" });
      await scope.resources.close();
    });
  };
  await append();
  for (const name of ["a.csv", "set"]) await folder.write(`.${name}.sluice-dead/lock`, "");
  await append();
  assert.deepEqual((await folder.names()).filter((name) => name.includes("dead")), []);
});

Deno.test("writeCsv() appends behind a last line without its line break, columns in the file's order", async () => {
  await using folder = await TempFolder.make();
  const table = await tableOf("select 2 as b, 1 as a");
  for (const name of ["x.csv", "x.csv.gz"]) {
    const text = new TextEncoder().encode("a,b\n5,6");
    const path = await folder.write(
      name,
      name.endsWith("gz") ? new Uint8Array(gzipSync(text)) : text,
    );
    await writeCsv(table, path, { ifExists: "append" });
    assert.deepEqual(plainRows(await readCsv(path)), [{ a: 5, b: 6 }, { a: 1, b: 2 }]);
  }
});

Deno.test("writers refuse to append other columns, and to what cannot be appended to", async () => {
  await using folder = await TempFolder.make();
  const [one, other] = [await tableOf("select 1 as a"), await tableOf("select 1.5::double as a")];
  const csv = folder.at("a.csv");
  await writeCsv(one, csv);
  await assert.rejects(
    writeCsv(await tableOf("select 1 as a, 2 as b"), csv, { ifExists: "append" }),
    {
      message:
        `Cannot append to ${csv}: the file has no column \`b\`; select the same columns, or replace the file`,
    },
  );
  const parquet = folder.at("a.parquet");
  await writeParquet(one, parquet);
  await assert.rejects(writeParquet(other, parquet, { ifExists: "append" }), {
    message:
      `Cannot append to ${parquet}: column \`a\` is DOUBLE, but what stands there has INTEGER; give it the same columns, or replace it`,
  });
  await writeJson(one, folder.at("a.json"));
  await assert.rejects(writeJson(one, folder.at("a.json"), { ifExists: "append" }), {
    message: /^Cannot append to .*: a JSON array is closed by its bracket/,
  });
});
