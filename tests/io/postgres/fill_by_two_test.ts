import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";
import { join } from "node:path";
import { tableFromArrays } from "apache-arrow";
import { postgres, type WriteOptions } from "../../../runtime/io/postgres/connection.ts";
import type { Table } from "../../../runtime/table/table.ts";
import { testPostgres } from "../../services/postgres.ts";
import { standing, whenBothFill, whenNobodyIsConnected } from "./both_fill.ts";
import { wide } from "./wide_table.ts";

const WRITER = fileURLToPath(new URL("wide_writer.ts", import.meta.url));
const ROWS = 100_000;

const replace = { ifExists: "replace" } as const;
const write = (table: Table<unknown>, options: WriteOptions = {}) =>
  postgres().write(table, "wide", options);

Deno.test("write() of many rows makes, replaces and rebuilds a table whole", async () => {
  await using db = await testPostgres();
  const sum = ROWS * (ROWS + 1);
  assert.deepEqual(await db.inRun(() => write(wide(ROWS))), { rows: ROWS });
  const made = await standing(db);
  assert.deepEqual(made, { rows: ROWS, sum, oid: made.oid, beside: 0 });

  // a plain table makes room for another of its shape, wider columns included
  await db.rows("alter table wide alter c3 type numeric(12, 2)");
  await db.inRun(() => write(wide(ROWS), replace));
  const replaced = await standing(db);
  assert.deepEqual(replaced, { rows: ROWS, sum, oid: replaced.oid, beside: 0 });
  assert.notEqual(replaced.oid, made.oid);
  assert.deepEqual(await db.rows("select c3 from wide where c0 = 7"), [{ c3: "7.00" }]);

  // one that has more to it is kept
  await db.rows("create index on wide (c0)");
  await db.inRun(() => write(wide(ROWS), replace));
  assert.deepEqual(await standing(db), { ...replaced, sum });
  assert.deepEqual(await db.rows("select from pg_indexes where tablename = 'wide'"), [{}]);

  await db.rows("alter table wide drop c3");
  await db.inRun(() => write(wide(ROWS), replace));
  const rebuilt = await standing(db);
  assert.deepEqual(rebuilt, { rows: ROWS, sum, oid: rebuilt.oid, beside: 0 });
  assert.notEqual(rebuilt.oid, replaced.oid);
});

Deno.test("write() of many rows appends once to a table that it makes", async () => {
  await using db = await testPostgres();
  for (const _ of ["first", "again"]) {
    await db.inRun(() => write(wide(ROWS), { ifExists: "append" }), { run: "one" });
  }
  assert.equal((await standing(db)).rows, ROWS);
});

Deno.test("write() of many rows names the row that does not fit and leaves nothing beside", async () => {
  await using db = await testPostgres();
  await db.inRun(() => write(wide(3)));
  const before = await standing(db);
  const names = Array.from({ length: 2_000_000 }, (_, row) => row === 1_700_000 ? "\0" : "n");
  const misfit = tableFromArrays({ name: names }) as never;
  await assert.rejects(
    db.inRun(() => write(misfit, replace)),
    /Cannot write row 1700001, column `name`: .*NUL/,
  );
  assert.deepEqual(await standing(db), before);
});

Deno.test("write() of many rows ends at once with the run's cancellation and leaves nothing beside", async () => {
  await using db = await testPostgres();
  await db.inRun(() => write(wide(3)));
  const before = await standing(db);
  const cancelling = new AbortController();
  const writing = db.inRun(() => write(wide(500_000), replace), { signal: cancelling.signal });
  const cancelled = assert.rejects(writing, /^Error: cancelled$/);
  assert.equal((await whenBothFill(db, writing)).length, 2);
  cancelling.abort(new Error("cancelled"));
  await cancelled;
  assert.deepEqual(await standing(db), before);
});

Deno.test("write() of many rows fails whole where either connection breaks", async () => {
  await using db = await testPostgres();
  await db.inRun(() => write(wide(3)));
  const before = await standing(db);
  for (const which of [0, 1]) {
    await whenNobodyIsConnected(db);
    const writing = db.inRun(() => write(wide(500_000), replace));
    const broken = assert.rejects(
      writing,
      /Lost the connection to Postgres .* while public\.wide was written: .*; nothing of it was kept/,
    );
    const pids = await whenBothFill(db, writing);
    await db.rows("select pg_terminate_backend($1)", [pids[which]]);
    await broken;
    await assert.rejects(writing, ({ message }) => !/Lost.*Lost/.test(message));
    assert.deepEqual(await standing(db), before);
  }
});

Deno.test("write() of many rows keeps a table for which something is made meanwhile", async () => {
  await using db = await testPostgres();
  // each look of the write must be a new one, whatever the default
  await db.rows(
    `alter database ${db.database} set default_transaction_isolation to 'repeatable read'`,
  );
  for (const made of ["grant select on wide to public", "create view few as select c0 from wide"]) {
    await db.rows("drop table if exists wide");
    await db.inRun(() => write(wide(3)));
    const before = await standing(db);
    const writing = db.inRun(() => write(wide(ROWS * 3), replace));
    assert.equal((await whenBothFill(db, writing)).length, 2);
    await db.rows(made);
    await writing;
    const { rows, oid, beside } = await standing(db);
    assert.deepEqual({ rows, oid, beside }, { rows: ROWS * 3, oid: before.oid, beside: 0 });
  }
  assert.deepEqual(await db.rows("select count(*)::int as n from few"), [{ n: ROWS * 3 }]);
});

/** The moments of the kills: so many milliseconds after both connections fill. Not waits for anything. */
const MOMENTS = [0, 50, 150, 300].map((ms) => ms + Math.floor(Math.random() * 40));

Deno.test("write() of many rows that is killed leaves old or new, and the next one clears up", async () => {
  await using db = await testPostgres();
  for (const moment of MOMENTS) {
    await db.inRun(() => write(wide(3), replace));
    const writer = new Deno.Command(Deno.execPath(), {
      args: ["run", "-A", WRITER, db.folder],
      stderr: "inherit",
    }).spawn();
    assert.equal((await whenBothFill(db, writer.status)).length, 2);
    await new Promise((resolve) => setTimeout(resolve, moment));
    writer.kill("SIGKILL");
    await writer.status;
    const { rows } = await standing(db);
    assert.ok(rows === 3 || rows === 500_000, `${rows} rows after ${moment} ms`);
  }
  assert.equal((await standing(db)).beside > 0, true);
  // those of the killed writer would count as readers for a moment
  await whenNobodyIsConnected(db);
  await db.inRun(() => write(wide(ROWS), replace));
  const { rows, beside } = await standing(db);
  assert.deepEqual({ rows, beside }, { rows: ROWS, beside: 0 });
});

Deno.test("write() of many rows clears up at its end what a killed one left and was in use before", async () => {
  await using db = await testPostgres();
  const left = `sluice_beside_${"0".repeat(32)}`;
  await db.rows(`create table ${left} ()`);
  const other = await db.client();
  // as an autovacuum holds it
  await other.query(`begin; lock table ${left} in share update exclusive mode`);
  const writing = db.inRun(() => write(wide(ROWS)));
  assert.equal((await whenBothFill(db, writing)).length, 2);
  await other.query("commit");
  await writing;
  const { rows, beside } = await standing(db);
  assert.deepEqual({ rows, beside }, { rows: ROWS, beside: 0 });
});

Deno.test("write() of many rows does with one connection where the server has no more", async () => {
  await using db = await testPostgres();
  const role = `lone_${db.database}`;
  await db.rows(`create role ${role} login password 'x' connection limit 1`);
  try {
    await db.rows(`create schema lone authorization ${role}`);
    const config = Deno.readTextFileSync(join(db.folder, "io_config.yaml"))
      .replaceAll(/POSTGRES_USER: .*/g, `POSTGRES_USER: ${role}`)
      .replaceAll(/POSTGRES_PASSWORD: .*/g, "POSTGRES_PASSWORD: x");
    Deno.writeTextFileSync(join(db.folder, "io_config.yaml"), config);
    await db.inRun(() => postgres().write(wide(ROWS), "lone.wide"));
    assert.deepEqual(await db.rows("select count(*)::int as n from lone.wide"), [{ n: ROWS }]);
  } finally {
    await db.rows(`drop owned by ${role} cascade`);
    await db.rows(`drop role ${role}`);
  }
});
