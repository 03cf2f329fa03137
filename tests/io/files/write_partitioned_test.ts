import assert from "node:assert/strict";
import { tableFromArrays } from "apache-arrow";
import { withScope } from "../../../runtime/context/scope.ts";
import { tableFromQuery } from "../../../runtime/table/duckdb_to_arrow.ts";
import { duckdb } from "../../../runtime/table/engine.ts";
import { scanIpc, writeIpc } from "../../../runtime/table/ipc.ts";
import { type Table, TableStream } from "../../../runtime/table/table.ts";
import { readCsv } from "../../../runtime/io/files/read_csv.ts";
import { readParquet } from "../../../runtime/io/files/read_parquet.ts";
import { writePartitioned } from "../../../runtime/io/files/write_partitioned.ts";
import { scopeOf } from "../scope_of.ts";
import { TempFolder } from "../temp_folder.ts";
import { plainRows, streamOf } from "./plain_rows.ts";

async function tableOf(sql: string): Promise<Table> {
  return await tableFromQuery(await duckdb(), sql);
}

function sorted(table: Table): unknown[] {
  return plainRows(table).sort((a, b) => Number(a["n"]) - Number(b["n"]));
}

const CITIES = `select * from (values
  (1, 'Oslo'), (2, 'São Paulo/Centro'), (3, null), (4, 'a=b'), (5, '100%'), (6, '')) t(n, city)`;

Deno.test("writePartitioned() names folders as hive does, and readParquet() reads them back", async () => {
  await using folder = await TempFolder.make();
  const table = await tableOf(CITIES);
  const written = await writePartitioned(table, folder.at("new/trips"), { by: "city" });
  assert.equal(written.rows, 6);
  assert.equal(written.path, folder.at("new/trips"));
  assert.equal(written.paths.length, 6);
  assert.deepEqual(await folder.names("new/trips"), [
    "city=",
    "city=100%25",
    "city=Oslo",
    "city=S%C3%A3o%20Paulo%2FCentro",
    "city=__HIVE_DEFAULT_PARTITION__",
    "city=a%3Db",
  ]);
  assert.deepEqual(sorted(await readParquet(folder.at("new/trips"))), plainRows(table));
  assert.deepEqual(await folder.names("new"), ["trips"]);
});

Deno.test("writePartitioned() nests several columns, of any type, and writes streams and csv", async () => {
  await using folder = await TempFolder.make();
  const table = await tableOf(
    `select i::int as n, date '2021-01-01' + (i % 2)::int as "pickup day", i % 3 as part
     from range(90_000) t(i)`,
  );
  const by = ["pickup day", "part"];
  for (const format of ["parquet", "csv"] as const) {
    const path = folder.at(format);
    const { rows, paths, bytes } = await writePartitioned(streamOf(table), path, { by, format });
    assert.equal(rows, 90_000);
    assert.ok(bytes > 0 && paths.length >= 6);
    assert.ok(paths[0]!.startsWith(`${path}/pickup%20day=2021-01-01/part=0/part-`), paths[0]);
    const types = { n: "int32", "pickup day": "date", part: "int64" } as const;
    const back = await (format === "csv" ? readCsv(path, { types }) : readParquet(path));
    assert.deepEqual(sorted(back), plainRows(table));
  }
});

const BY_TYPE: readonly (readonly [type: string, values: readonly string[], names: string[]])[] = [
  ["tinyint", ["-1", "0", "null"], ["-1", "0", "__HIVE_DEFAULT_PARTITION__"]],
  ["bigint", ["9007199254740993", "9007199254740992"], ["9007199254740992", "9007199254740993"]],
  ["double", ["0.5", "'nan'", "'-0.0'", "'0.0'"], ["-0.0", "0.0", "0.5", "nan"]],
  ["decimal(20, 2)", ["1.50", "-1.50"], ["-1.50", "1.50"]],
  ["boolean", ["true", "false"], ["false", "true"]],
  ["date", ["'1969-12-31'", "'2021-01-01'"], ["1969-12-31", "2021-01-01"]],
  ["time", ["'01:02:03'", "'01:02:03.5'"], ["01%3A02%3A03", "01%3A02%3A03.5"]],
  ["timestamp", ["'2021-01-01 00:00:00.000001'", "'2021-01-01'"], [
    "2021-01-01%2000%3A00%3A00",
    "2021-01-01%2000%3A00%3A00.000001",
  ]],
  ["uuid", ["'00000000-0000-0000-0000-00000000000a'"], ["00000000-0000-0000-0000-00000000000a"]],
  ["enum('a', 'b!')", ["'b!'", "'a'", "null"], ["__HIVE_DEFAULT_PARTITION__", "a", "b%21"]],
  ["blob", ["'\\xAA'", "'a'"], ["%5CxAA", "a"]],
];

for (const [type, values, names] of BY_TYPE) {
  Deno.test(`writePartitioned() divides by columns of ${type}`, async () => {
    await using folder = await TempFolder.make();
    const each = values.map((value, at) => `(${at}, ${value}::${type})`).join(", ");
    const table = await tableOf(
      `select i * 10 + n as n, v from range(3) t(i), (values ${each}) v(n, v)`,
    );
    await writePartitioned(table, folder.at("table"), { by: "v" });
    await writePartitioned(streamOf(table), folder.at("stream"), { by: ["v"] });
    for (const path of ["table", "stream"]) {
      assert.deepEqual(await folder.names(path), names.map((name) => `v=${name}`));
      const back = await readParquet(folder.at(path), { types: { v: "string" } });
      assert.equal(back.numRows, 3 * values.length);
      assert.deepEqual(
        new Set(sorted(back).map((row) => (row as { n: number }).n % 10)).size,
        values.length,
      );
    }
  });
}

Deno.test("writePartitioned() keeps the order of a folder's rows, over many batches", async () => {
  await using folder = await TempFolder.make();
  const table = await tableOf(
    "select i::int as n, (i * 7919) % 13 as part, i::varchar as text from range(300_000) t(i)",
  );
  for (const rows of [table, streamOf(table)]) {
    const path = folder.at(rows === table ? "table" : "stream");
    const { paths } = await writePartitioned(rows, path, { by: "part" });
    assert.equal(paths.length, 13);
    for (const file of paths) {
      const part = Number(/part=(\d+)/.exec(file)![1]);
      const back = await readParquet(file, { types: { n: "int32", text: "string" } });
      const expected = Array.from({ length: 300_000 }, (_, n) => n).filter((n) =>
        n * 7919 % 13 === part
      );
      assert.deepEqual(Array.from(back.getChild("n")!.toArray() as Int32Array), expected);
      assert.equal(back.getChild("text")!.get(back.numRows - 1), String(expected.at(-1)));
    }
  }
});

Deno.test("writePartitioned() divides rows that lie together, apart and in a file of the block before", async () => {
  await using folder = await TempFolder.make();
  const query = `select i::int as n, if(i < 100_000, i // 35_003, i * 7919 % 5) as part,
    if(i % 7 = 0, null, i % 3 = 0) as flag, 'the text of ' || i as text from range(150_000) t(i)`;
  const table = await tableOf(query);
  await writeIpc(table, folder.at("trips.arrow"));
  const kinds = { table, stream: streamOf(table), edge: await scanIpc(folder.at("trips.arrow")) };
  for (const [kind, rows] of Object.entries(kinds)) {
    const { paths } = await writePartitioned(rows, folder.at(kind), { by: "part" });
    assert.equal(paths.length, 5);
    for (const file of paths) {
      const numbers = (await readParquet(file)).getChild("n")!.toArray() as Int32Array;
      assert.ok(numbers.every((n, at) => at === 0 || n > numbers[at - 1]!), `${file}: no order`);
    }
    const same = await tableOf(
      `select count(*) as n from read_parquet('${folder.at(kind)}/*/*', hive_partitioning = true) w
        join (${query}) q on (w.n, w.text, w.part) = (q.n, q.text, q.part)
          and w.flag is not distinct from q.flag`,
    );
    assert.equal(same.getChild("n")!.get(0), 150_000n, kind);
  }
});

Deno.test("writePartitioned() refuses columns of lists", async () => {
  await using folder = await TempFolder.make();
  await assert.rejects(
    writePartitioned(await tableOf("select 1 as n, [1] as tags"), folder.at("x"), { by: "tags" }),
    /^TypeError: Cannot divide rows by column `tags`: it holds List<Int32>; choose a column of single values$/,
  );
  assert.deepEqual(await folder.names(), []);
});

Deno.test("writePartitioned() fails where the dataset exists, and replaces it whole", async () => {
  await using folder = await TempFolder.make();
  const path = folder.at("trips");
  await writePartitioned(await tableOf(CITIES), path, { by: "city" });
  const other = await tableOf("select 7 as n, 'Rome' as city");
  await assert.rejects(writePartitioned(other, path, { by: "city" }), {
    message:
      `Cannot write ${path}: it exists; give ifExists: "replace" or "append", or another path`,
  });
  assert.equal((await folder.names("trips")).length, 6);
  await writePartitioned(other, `${path}/`, { by: "city", ifExists: "replace" });
  assert.deepEqual(await folder.names("trips"), ["city=Rome"]);
  assert.deepEqual(await folder.names(), ["trips"]);
});

Deno.test("writePartitioned() replaces nothing but datasets", async () => {
  await using folder = await TempFolder.make();
  await folder.write("project/README.md", "mine");
  const table = await tableOf("select 7 as n, 'Rome' as city");
  const path = folder.at("project");
  await assert.rejects(writePartitioned(table, path, { by: "city", ifExists: "replace" }), {
    message:
      `Cannot replace ${path}: it also holds README.md, which is no file of a dataset; choose a folder of its own`,
  });
  assert.deepEqual(await folder.names("project"), ["README.md"]);
});

Deno.test("writePartitioned() leaves the dataset as it was when the rows end in an error", async () => {
  await using folder = await TempFolder.make();
  const path = folder.at("trips");
  const table = await tableOf(CITIES);
  await writePartitioned(table, path, { by: "city" });
  const before = await folder.names("trips");
  async function* failing() {
    yield table.batches[0]!;
    await Promise.resolve();
    throw new Error("the source broke off");
  }
  for (const ifExists of ["replace", "append"] as const) {
    const stream = new TableStream(table.schema, failing());
    await assert.rejects(writePartitioned(stream, path, { by: "city", ifExists }), {
      message: "the source broke off",
    });
  }
  assert.deepEqual(await folder.names("trips"), before);
  assert.deepEqual(await folder.names(), ["trips"].concat(await hidden(folder)));
});

async function hidden(folder: TempFolder): Promise<string[]> {
  return (await folder.names()).filter((name) => name.startsWith(".sluice"));
}

Deno.test("writePartitioned() appends once for each call of a run", async () => {
  await using folder = await TempFolder.make();
  const path = folder.at("trips");
  const append = async (sql: string, options: Parameters<typeof scopeOf>[0] = {}) => {
    const scope = scopeOf({ folder: folder.path, ...options });
    await withScope(scope, async () => {
      await writePartitioned(await tableOf(sql), path, { by: "city", ifExists: "append" });
      await scope.resources.close();
    });
  };
  await append(CITIES);
  await append(CITIES, { attempt: 2 });
  assert.equal((await readParquet(path)).numRows, 6);
  await append("select 7 as n, 'Oslo' as city", { block: "another" });
  await append(CITIES, { attempt: 3 });
  await append(CITIES, { id: "next-run" });
  const back = await readParquet(path);
  assert.equal(back.numRows, 13);
  assert.equal(plainRows(back).filter(({ city }) => city === "Oslo").length, 3);
});

Deno.test("writePartitioned() appends side by side without losing rows", async () => {
  await using folder = await TempFolder.make();
  const path = folder.at("trips");
  await withScope(scopeOf({ folder: folder.path }), async () => {
    await Promise.all(
      Array.from({ length: 6 }, async (_, index) => {
        const table = await tableOf(`select ${index} as n, 'Oslo' as city`);
        await writePartitioned(table, path, { by: "city", ifExists: "append" });
      }),
    );
    assert.deepEqual(sorted(await readParquet(path)).length, 6);
  });
});

Deno.test("writePartitioned() refuses to append other columns", async () => {
  await using folder = await TempFolder.make();
  const path = folder.at("trips");
  await writePartitioned(await tableOf(CITIES), path, { by: "city" });
  const other = await tableOf("select 'x' as n, 'Oslo' as city");
  await assert.rejects(writePartitioned(other, path, { by: "city", ifExists: "append" }), {
    message:
      `Cannot append to ${path}: column \`n\` is VARCHAR, but what stands there has INTEGER; give it the same columns, or replace it`,
  });
});

Deno.test("writePartitioned() refuses to write by nothing", async () => {
  await using folder = await TempFolder.make();
  const table = tableFromArrays({ n: [1], m: [2] });
  const target = folder.at("set");
  await assert.rejects(writePartitioned(table, target, {} as never), {
    message: `Cannot write ${target}: give the columns as \`by\``,
  });
});

Deno.test("writePartitioned() refuses columns that are not there, and all of them", async () => {
  const table = await tableOf(CITIES);
  await assert.rejects(writePartitioned(table, "x", { by: "citi" }), {
    message: "Cannot write x: the table has no column `citi` to partition by; did you mean `city`?",
  });
  await assert.rejects(writePartitioned(table, "x", { by: ["n", "city"] }), {
    message: "Cannot write x: every column would stand in folder names and none in the files",
  });
});
