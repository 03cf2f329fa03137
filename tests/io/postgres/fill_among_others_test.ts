/** Writes over two connections while others use the database. @module */
import assert from "node:assert/strict";
import { join } from "node:path";
import { postgres } from "../../../runtime/io/postgres/connection.ts";
import { type TestDatabase, testPostgres } from "../../services/postgres.ts";
import { standing, whenBothFill } from "./both_fill.ts";
import { wide } from "./wide_table.ts";

const ROWS = 100_000;
const replace = { ifExists: "replace" } as const;

/** Resolves when a session waits for a lock of this kind. */
async function whenSomebodyWaits(db: TestDatabase, kind: "object" | "relation"): Promise<void> {
  const client = await db.client();
  for (;;) {
    const { rowCount } = await client.query(
      "select from pg_locks where not granted and locktype = $1",
      [kind],
    );
    if (rowCount) return;
  }
}

/** Writes of `work` are those of a role that is no superuser and may make tables in `public`. */
async function asRole(db: TestDatabase, limit: number, work: () => Promise<void>): Promise<void> {
  const role = `plain_${db.database}`;
  await db.rows(`create role ${role} login password 'x' connection limit ${limit}`);
  try {
    await db.rows(`grant create on schema public to ${role}`);
    const file = join(db.folder, "io_config.yaml");
    const config = Deno.readTextFileSync(file)
      .replaceAll(/POSTGRES_USER: .*/g, `POSTGRES_USER: ${role}`)
      .replaceAll(/POSTGRES_PASSWORD: .*/g, "POSTGRES_PASSWORD: x");
    Deno.writeTextFileSync(file, config);
    await work();
  } finally {
    await db.rows(`drop owned by ${role} cascade`);
    await db.rows(`drop role ${role}`);
  }
}

Deno.test("write() of many rows goes on where the second connection waits for who waits for the first", async () => {
  await using db = await testPostgres();
  await db.rows("create schema app");
  // the first connection is idle meanwhile
  await db.rows(`alter database ${db.database} set idle_in_transaction_session_timeout = '1s'`);
  const other = await db.client();
  await other.query("set idle_in_transaction_session_timeout = 0; begin");
  await other.query("drop schema app");
  const writing = db.inRun(() => postgres().write(wide(ROWS), "app.wide"));
  const [written, crossed] = await Promise.allSettled([
    writing,
    whenSomebodyWaits(db, "object").then(() =>
      other.query("select pg_advisory_xact_lock(hashtextextended('sluice app.wide', 0))")
    ).finally(() => other.query("rollback")),
  ]);
  // the server sees the circle now and ends it on either side
  const failed = [written, crossed].filter(({ status }) => status === "rejected");
  assert.match(String((failed[0] as PromiseRejectedResult).reason), /deadlock detected/);
  assert.equal(failed.length, 1);
});

Deno.test("write() of many rows is not held up by a leftover that somebody reads", async () => {
  await using db = await testPostgres();
  const leftover = `sluice_beside_${"0".repeat(32)}`;
  await db.rows(`create table ${leftover} (id int); create table sluice_beside_mine (id int)`);
  const other = await db.client();
  await other.query(`begin; select from ${leftover}`);
  await db.inRun(() => postgres().write(wide(ROWS), "wide"));
  assert.equal((await standing(db)).beside, 2);
  await other.query("commit");
  await db.rows("drop table wide");
  await db.inRun(() => postgres().write(wide(ROWS), "wide"));
  assert.equal((await standing(db)).beside, 1);
});

Deno.test("write() of many rows shows whoever comes meanwhile all old rows or all new", async () => {
  await using db = await testPostgres();
  await db.inRun(() => postgres().write(wide(3), "wide"));
  for (const change of ["", "alter table wide drop c3"]) {
    if (change) await db.rows(change);
    const before = (await standing(db)).rows;
    const writing = db.inRun(() => postgres().write(wide(ROWS * 3), "wide", replace));
    assert.equal((await whenBothFill(db, writing)).length, 2);
    const reader = await db.client();
    const rows = async () => (await reader.query("select count(*)::int as n from wide")).rows[0].n;
    await reader.query("begin isolation level repeatable read; select 1");
    // where the table is kept, readers and the write do not wait for each other
    if (!change) assert.equal(await rows(), before);
    await writing;
    assert.equal(await rows(), change ? ROWS * 3 : before);
    await reader.query("commit");
    assert.equal(await rows(), ROWS * 3);
    assert.equal((await standing(db)).beside, 0);
  }
});

Deno.test("write() of a role that is not shown others' sessions leaves their readers alone", async () => {
  await using db = await testPostgres();
  await asRole(db, 5, async () => {
    await db.inRun(() => postgres().write(wide(3), "wide"));
    const reader = await db.client();
    await reader.query("begin; select from wide");
    await db.inRun(() => postgres().write(wide(5), "wide", replace));
    assert.equal((await reader.query("select count(*)::int as n from wide")).rows[0].n, 5);
    await reader.query("commit");
  });
});

Deno.test("write() of many rows gives its second connection to who needs one", async () => {
  await using db = await testPostgres();
  await asRole(db, 2, async () => {
    await db.inRun(async () => {
      const writing = postgres().write(wide(ROWS * 3), "wide");
      assert.equal((await whenBothFill(db, writing)).length, 2);
      await Promise.all([writing, postgres().write(wide(3), "small")]);
    });
    assert.deepEqual(await db.rows("select count(*)::int as n from small"), [{ n: 3 }]);
  });
});

Deno.test("write() of many rows leaves the connections to the writes beside it", async () => {
  await using db = await testPostgres();
  await asRole(db, 3, async () => {
    const names = ["one", "two", "three"];
    await db.inRun(() => Promise.all(names.map((name) => postgres().write(wide(ROWS), name))));
    for (const name of names) {
      assert.deepEqual(await db.rows(`select count(*)::int as n from ${name}`), [{ n: ROWS }]);
    }
  });
});

Deno.test("write() of many rows shows event triggers the table under its own name alone", async () => {
  await using db = await testPostgres();
  await db.rows(`
    create function refuse() returns event_trigger language plpgsql as $$ begin
      if exists (select from pg_event_trigger_ddl_commands() where object_identity like '%sluice%')
      then raise 'what is this?'; end if;
    end $$;
    create event trigger watch on ddl_command_end execute function refuse()`);
  await db.inRun(() => postgres().write(wide(ROWS), "wide"));
  const made = await standing(db);
  await db.inRun(() => postgres().write(wide(ROWS), "wide", replace));
  assert.deepEqual(await standing(db), made);
});

Deno.test("write() refuses a table whose columns are changed while it waits for it", async () => {
  await using db = await testPostgres();
  for (const ifExists of ["append", "replace"] as const) {
    await db.inRun(() => postgres().write(wide(3), "wide", replace));
    const other = await db.client();
    await other.query("begin; alter table wide alter c0 type real");
    const writing = db.inRun(() => postgres().write(wide(5), "wide", { ifExists }));
    const refused = assert.rejects(
      writing,
      /^Error: Cannot write to public\.wide: its columns were changed while the write began; write again$/,
    );
    await whenSomebodyWaits(db, "relation");
    await other.query("commit");
    await refused;
    assert.deepEqual(await db.rows("select sum(c0) as sum from wide"), [{ sum: 6 }]);
  }
});
