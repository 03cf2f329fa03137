/** Arrow IPC files: round trips over every type, streams, and files that are broken. @module */
import assert from "node:assert/strict";
import {
  Dictionary,
  Int32,
  Table as ArrowTable,
  tableFromIPC,
  tableToIPC,
  Utf8,
  vectorFromArray,
} from "apache-arrow";
import { lendTable } from "../../runtime/table/arrow_to_duckdb.ts";
import { streamFromQuery, tableFromQuery } from "../../runtime/table/duckdb_to_arrow.ts";
import { Engine } from "../../runtime/table/engine.ts";
import { filter } from "../../runtime/table/filter.ts";
import { openIpc, passingBatches, readIpc, scanIpc, writeIpc } from "../../runtime/table/ipc.ts";
import { rows } from "../../runtime/table/rows.ts";
import { type Table, TableStream } from "../../runtime/table/table.ts";
import { tableFromRows } from "../../runtime/table/table_from_rows.ts";
import { tableOf } from "../../runtime/table/table_of.ts";
import { EVERY_TYPE, valuesQuery } from "./every_type.ts";

const engine = await Engine.open();

async function inFolder(work: (folder: string) => Promise<void>): Promise<void> {
  const folder = await Deno.makeTempDir();
  try {
    await work(folder);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

async function texts(table: Table | TableStream): Promise<unknown[]> {
  using lent = await lendTable(engine, table);
  const printed = await tableFromQuery(engine, `select v::varchar as v from ${lent.name}`);
  return [...printed.getChild("v")!];
}

for (const [type, values] of EVERY_TYPE) {
  Deno.test(`writeIpc() and readIpc() keep every ${type}, sliced, filtered and empty`, () =>
    inFolder(async (folder) => {
      const whole = await tableFromQuery(engine, valuesQuery(type, values, 12));
      const sliced = whole.slice(3, whole.numRows - 1) as Table;
      const filtered = filter(whole, (_, index) => index % 5 > 2);
      for (const table of [whole, sliced, filtered, whole.slice(0, 0) as Table]) {
        const written = await writeIpc(table, `${folder}/t.arrow`);
        assert.equal(written.rows, table.numRows);
        assert.equal(written.bytes, (await Deno.stat(`${folder}/t.arrow`)).size);
        const read = await readIpc(`${folder}/t.arrow`);
        assert.deepEqual(read.schema.fields.map(String), table.schema.fields.map(String));
        assert.deepEqual(
          read.schema.fields.map((field) => [...field.metadata]),
          table.schema.fields.map((field) => [...field.metadata]),
        );
        assert.deepEqual(await texts(read), await texts(table));
        assert.deepEqual(await texts(await scanIpc(`${folder}/t.arrow`)), await texts(table));
      }
    }));
}

Deno.test("writeIpc() writes what Arrow reads, and readIpc() reads what Arrow writes", () =>
  inFolder(async (folder) => {
    const table = await tableFromQuery(engine, "select n, 'x' || n as s from range(70000) as r(n)");
    await writeIpc(table, `${folder}/t.arrow`);
    const theirs = tableFromIPC(await Deno.readFile(`${folder}/t.arrow`));
    assert.deepEqual([theirs.numRows, theirs.getChild("s")!.get(69_999)], [70_000, "x69999"]);
    for (const format of ["stream", "file"] as const) {
      await Deno.writeFile(`${folder}/theirs.arrow`, tableToIPC(theirs, format));
      const read = await readIpc(`${folder}/theirs.arrow`);
      assert.deepEqual([read.numRows, read.getChild("s")!.get(69_999)], [70_000, "x69999"]);
    }
  }));

Deno.test("writeIpc() takes a stream, and scanIpc() gives one back", () =>
  inFolder(async (folder) => {
    const stream = await streamFromQuery(engine, "select n from range(200000) as r(n)");
    assert.equal((await writeIpc(stream, `${folder}/deep/t.arrow`)).rows, 200_000);
    const scanned = await scanIpc(`${folder}/deep/t.arrow`);
    let batches = 0;
    for await (const batch of scanned.batches()) batches += Math.sign(batch.numRows);
    assert.ok(batches > 2);
    assert.equal((await tableOf(await scanIpc(`${folder}/deep/t.arrow`))).numRows, 200_000);
  }));

Deno.test("writeIpc() keeps dictionaries, in filtered tables and in tables of no rows", () =>
  inFolder(async (folder) => {
    const words = vectorFromArray(["a", null, "b", "a"], new Dictionary(new Utf8(), new Int32()));
    const table = new ArrowTable({ v: words }) as Table;
    const parts = [table, filter(table, (row) => row["v"] === "a"), filter(table, () => false)];
    for (const part of [...parts, table.slice(2) as Table]) {
      await writeIpc(part, `${folder}/t.arrow`);
      const read = await readIpc(`${folder}/t.arrow`);
      assert.deepEqual(rows(read), rows(part));
      assert.deepEqual(await texts(read), rows(part).map((row) => row["v"]));
    }
  }));

Deno.test("lendTable() scans a stream that lies in a file there, as often as SQL names it", () =>
  inFolder(async (folder) => {
    const path = `${folder}/t.arrow`;
    await writeIpc(await streamFromQuery(engine, "select n from range(150000) as r(n)"), path);
    using lent = await lendTable(engine, await scanIpc(path));
    const sql =
      `select (select sum(n) from ${lent.name}) + (select max(n) from ${lent.name} limit 1) as n`;
    assert.equal((await tableFromQuery(engine, sql)).getChild("n")!.get(0), 11_250_074_999n);
    assert.equal((await tableFromQuery(engine, `from ${lent.name} limit 1`)).numRows, 1);
    await Deno.remove(path);
    await assert.rejects(tableFromQuery(engine, `from ${lent.name}`), /t\.arrow/);
  }));

Deno.test("lendTable() keeps the dictionaries of a file for all its batches", () =>
  inFolder(async (folder) => {
    const words = vectorFromArray(["a", null, "b", "a"], new Dictionary(new Utf8(), new Int32()));
    const { schema, batches: [batch] } = new ArrowTable({ v: words });
    async function* twice() {
      yield batch!;
      yield batch!;
    }
    await writeIpc(new TableStream(schema, twice()), `${folder}/t.arrow`);
    const read = await texts(await scanIpc(`${folder}/t.arrow`));
    assert.deepEqual(read, ["a", null, "b", "a", "a", null, "b", "a"]);
  }));

Deno.test("lendTable() keeps long strings of a file apart, whose batches lie in one place", () =>
  inFolder(async (folder) => {
    const path = `${folder}/t.arrow`;
    const query = "select n, 'the number ' || n || ' in words' as v from range(300000) as r(n)";
    await writeIpc(await streamFromQuery(engine, query), path);
    using lent = await lendTable(engine, await scanIpc(path));
    const words = await tableFromQuery(engine, `select v from ${lent.name}`);
    assert.ok([...words.getChild("v")!].every((v, n) => v === `the number ${n} in words`));
    const joined = `select count(*) as n from ${lent.name} join (${query}) using (n, v)`;
    assert.equal((await tableFromQuery(engine, joined)).getChild("n")!.get(0), 300_000n);
  }));

Deno.test("passingBatches() closes the file that it was given and the one that it reads", () =>
  inFolder(async (folder) => {
    const path = `${folder}/t.arrow`;
    await writeIpc(await streamFromQuery(engine, "select n from range(150000) as r(n)"), path);
    let sum = 0n;
    for await (const batch of passingBatches(await scanIpc(path))) {
      for (const n of batch.getChild("n")!) sum += n;
    }
    assert.equal(sum, 11_249_925_000n);
  }));

Deno.test("openIpc() closes its file when the batches are left early", () =>
  inFolder(async (folder) => {
    await writeIpc(await tableFromQuery(engine, "from range(200000)"), `${folder}/t.arrow`);
    const { batches } = openIpc(`${folder}/t.arrow`);
    for (const batch of batches) {
      assert.ok(batch.numRows > 0);
      break;
    }
    assert.equal(batches.next().done, true);
  }));

Deno.test("writeIpc() keeps batches whose schema differs only in what may be null", () =>
  inFolder(async (folder) => {
    const strict = tableFromRows([{ n: 1 }], { types: { n: "int64 not null" } });
    const loose = tableFromRows([{ n: 2 }], { types: { n: "int64" } });
    async function* batches() {
      yield* strict.batches;
      yield* loose.batches;
    }
    await writeIpc(new TableStream(loose.schema, batches()), `${folder}/t.arrow`);
    assert.deepEqual([...(await readIpc(`${folder}/t.arrow`)).getChild("n")!], [1n, 2n]);
  }));

Deno.test("writeIpc() leaves what stood there when the stream fails", () =>
  inFolder(async (folder) => {
    const old = tableFromRows([{ n: 1 }]);
    await writeIpc(old, `${folder}/t.arrow`);
    async function* batches() {
      yield* old.batches;
      await Promise.reject(new Error("cut off"));
    }
    await assert.rejects(
      writeIpc(new TableStream(old.schema, batches()), `${folder}/t.arrow`),
      /cut off/,
    );
    assert.equal((await readIpc(`${folder}/t.arrow`)).numRows, 1);
    assert.deepEqual([...Deno.readDirSync(folder)].map((entry) => entry.name), ["t.arrow"]);
  }));

Deno.test("readIpc() refuses a file that was cut short, wherever", () =>
  inFolder(async (folder) => {
    const path = `${folder}/t.arrow`;
    await writeIpc(tableFromRows([{ n: 1, s: "one" }, { n: 2, s: "two" }]), path);
    const whole = await Deno.readFile(path);
    for (let length = 0; length < whole.length; length += 7) {
      await Deno.writeFile(path, whole.subarray(0, length));
      await assert.rejects(
        readIpc(path),
        (error: Error) => error.message.startsWith(`Cannot read ${path} as an Arrow file: it `),
      );
    }
  }));

Deno.test("readIpc() refuses what is no Arrow file, and names one that is missing", () =>
  inFolder(async (folder) => {
    await Deno.writeTextFile(`${folder}/t.csv`, "a,b\n1,2\n");
    await assert.rejects(readIpc(`${folder}/t.csv`), /it does not begin like one/);
    await assert.rejects(readIpc(`${folder}/none.arrow`), Deno.errors.NotFound);
  }));
