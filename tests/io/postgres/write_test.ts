import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";
import { type Table, tableFromArrays } from "apache-arrow";
import { postgres } from "../../../runtime/io/postgres/connection.ts";
import type { WriteOptions } from "../../../runtime/io/postgres/connection.ts";
import { TableStream } from "../../../runtime/table/table.ts";
import { testPostgres } from "../../services/postgres.ts";

const WRITER = fileURLToPath(new URL("endless_writer.ts", import.meta.url));

/** Ids from `start`, as int32, and a name each. */
function people(start: number, count: number): Table {
  const ids = Int32Array.from({ length: count }, (_, index) => start + index);
  return tableFromArrays({ id: ids, name: Array.from(ids, (id) => `person ${id}`) });
}

const write = (table: Table, options?: WriteOptions, name = "hr.people") =>
  postgres().write(table as never, name, options);
const replace = { ifExists: "replace" } as const;
const append = { ifExists: "append" } as const;

Deno.test("write() makes schema and table, and fails where the table exists before any data is sent", async () => {
  await using db = await testPostgres();
  assert.deepEqual(await db.inRun(() => write(people(1, 3))), { rows: 3 });
  const columns = await db.rows(
    `select column_name as name, data_type as type from information_schema.columns
     where table_schema = 'hr' order by ordinal_position`,
  );
  assert.deepEqual(columns, [{ name: "id", type: "integer" }, { name: "name", type: "text" }]);
  const untouched = new TableStream(
    people(1, 1).schema,
    // deno-lint-ignore require-yield -- it fails before its first batch
    async function* () {
      throw new Error("the data was read");
    }(),
  );
  await assert.rejects(
    db.inRun(() => postgres().write(untouched, "hr.people")),
    /Cannot write to hr\.people: it exists; say what to do with it: \{ ifExists: "replace" \}/,
  );
});

Deno.test("write() takes the profile's schema for a bare name and keeps names as they are", async () => {
  await using db = await testPostgres();
  const odd = tableFromArrays({ 'Say "Hi"': Int32Array.of(1), "two words": Int32Array.of(2) });
  await db.inRun(() => write(odd as never, {}, "Odd Table"));
  assert.deepEqual(await db.rows('select * from public."Odd Table"'), [
    { 'Say "Hi"': 1, "two words": 2 },
  ]);
  const long = tableFromArrays({ ["x".repeat(64)]: Int32Array.of(1) });
  await assert.rejects(db.inRun(() => write(long as never)), /cuts names at 63 bytes/);
});

Deno.test("write() replacing keeps grants, indexes, views and foreign keys where columns stay", async () => {
  await using db = await testPostgres();
  await db.inRun(() => write(people(1, 5)));
  const role = `reader_${db.database}`;
  await db.rows(`create role ${role}`);
  try {
    await db.rows(`grant select on hr.people to ${role}`);
    await db.rows("alter table hr.people add primary key (id)");
    await db.rows("create index by_name on hr.people (name)");
    await db.rows("create view hr.names as select name from hr.people");
    await db.rows("create table badge (person int references hr.people on delete cascade)");
    await db.rows("insert into badge values (2)");
    for (const others of ["nobody else", "a reader"]) {
      // where nobody else is connected the table is truncated, else its rows are deleted
      if (others === "a reader") await db.client();
      const before = await db.rows("select 'hr.people'::regclass::oid as oid");
      assert.deepEqual(await db.inRun(() => write(people(2, 9), replace)), { rows: 9 }, others);
      assert.deepEqual(await db.rows("select 'hr.people'::regclass::oid as oid"), before);
    }
    assert.deepEqual(
      await db.rows(
        `select has_table_privilege('${role}', 'hr.people', 'select') as "grant",
           to_regclass('hr.by_name') is not null as "index", (select count(*)::int from hr.names) as "view",
           (select count(*)::int from badge) as badges,
           (select confdeltype = 'c' and convalidated from pg_constraint
            where conrelid = 'badge'::regclass and contype = 'f') as "key"`,
      ),
      [{ grant: true, index: true, view: 9, badges: 1, key: true }],
    );
    await assert.rejects(
      db.inRun(() => write(people(5, 3), replace)),
      /Cannot write to hr\.people in Postgres.*violates foreign key constraint "badge_person_fkey"/,
    );
    assert.deepEqual(
      await db.rows("select min(id)::int as id, count(*)::int as n from hr.people"),
      [
        { id: 2, n: 9 },
      ],
    );
  } finally {
    await db.rows(`drop owned by ${role}`);
    await db.rows(`drop role ${role}`);
  }
});

Deno.test("write() replacing with other columns swaps the table, or names what forbids it", async () => {
  await using db = await testPostgres();
  await db.inRun(() => write(people(1, 5)));
  const wider = tableFromArrays({ id: Int32Array.of(7), age: Float64Array.of(30) });
  await db.rows("create view names as select name from hr.people");
  await db.rows("alter table hr.people add primary key (id)");
  await db.rows("create table badge (person int references hr.people)");
  await assert.rejects(
    db.inRun(() => write(wider as never, replace)),
    /its columns change \(`age` is new, `name` is missing\).*foreign key badge_person_fkey of badge, view names; drop these first/,
  );
  assert.deepEqual(await db.rows("select count(*)::int as n from hr.people"), [{ n: 5 }]);
  await db.rows("drop view names");
  await db.rows("drop table badge");
  await db.rows("alter table hr.people add twice int generated always as (id * 2) stored");
  await db.inRun(() => write(wider as never, replace));
  assert.deepEqual(await db.rows("select * from hr.people"), [{ id: 7, age: 30 }]);
  assert.deepEqual(await db.rows("select relname from pg_class where relname like 'sluice%'"), []);
});

Deno.test("write() replacing lets others read the old rows until it commits", async () => {
  await using db = await testPostgres();
  await db.inRun(() => write(people(1, 5)));
  const reader = await db.client();
  await reader.query("begin isolation level repeatable read");
  await reader.query("select 1");
  const seen: number[] = [];
  const table = people(1, 3);
  const stream = new TableStream(
    table.schema,
    async function* () {
      const { rows } = await reader.query("select count(*)::int as n from hr.people");
      seen.push(rows[0].n);
      yield* table.batches;
    }(),
  );
  await db.inRun(() => postgres().write(stream, "hr.people", replace));
  const { rows } = await reader.query("select count(*)::int as n from hr.people");
  assert.deepEqual([...seen, rows[0].n], [5, 5]);
  await reader.query("commit");
  assert.deepEqual((await reader.query("select count(*)::int as n from hr.people")).rows, [{
    n: 3,
  }]);
});

Deno.test("write() appending adds once per run, block, element, target and call", async () => {
  await using db = await testPostgres();
  const attempt = async () => {
    await write(people(1, 2), append);
    await write(people(3, 2), append);
  };
  const count = async () =>
    (await db.rows<{ n: number }>("select count(*)::int as n from hr.people"))[0]!.n;
  await db.inRun(attempt);
  assert.equal(await count(), 4);
  assert.equal(await db.inRun(attempt), undefined);
  assert.equal(await count(), 4, "a repeated attempt adds nothing");
  await db.inRun(attempt, { element: 0 });
  await db.inRun(attempt, { element: 1 });
  await db.inRun(attempt, { element: 1 });
  assert.equal(await count(), 12, "each element adds its own");
  await db.inRun(attempt, { block: "another" });
  await db.inRun(attempt, { run: "another" });
  assert.equal(await count(), 20, "other blocks and runs add their own");
  assert.deepEqual(await db.inRun(() => write(people(1, 2), append)), { rows: 2 });
});

Deno.test("write() appending once more reads its stream to the end, for the checks on it", async () => {
  await using db = await testPostgres();
  const table = people(1, 2);
  let read = 0;
  async function* batches() {
    yield* table.batches;
    read++;
  }
  for (const total of [1, 2]) {
    const stream = new TableStream(table.schema, batches());
    await db.inRun(() => postgres().write(stream, "hr.people", append));
    assert.equal(read, total);
  }
  assert.deepEqual(await db.rows("select count(*)::int as n from hr.people"), [{ n: 2 }]);
});

Deno.test("write() appending makes a table anew that was dropped between two attempts", async () => {
  await using db = await testPostgres();
  await db.inRun(() => write(people(1, 2), append));
  await db.rows("drop table hr.people");
  assert.deepEqual(await db.inRun(() => write(people(1, 2), append)), { rows: 2 });
  assert.deepEqual(await db.inRun(() => write(people(1, 2), append)), { rows: 2 });
  assert.deepEqual(await db.rows("select count(*)::int as n from hr.people"), [{ n: 2 }]);
});

Deno.test("write() appending side by side loses nothing and doubles nothing", async () => {
  await using db = await testPostgres();
  const elements = Array.from({ length: 6 }, (_, element) => element);
  for (const _attempt of [1, 2]) {
    await Promise.all(elements.map((element) => {
      return db.inRun(() => write(people(element * 10, 10), append), { element });
    }));
  }
  assert.deepEqual(
    await db.rows("select count(*)::int as n, count(distinct id)::int as ids from hr.people"),
    [
      { n: 60, ids: 60 },
    ],
  );
});

Deno.test("write() appending side by side makes the ledger of a schema once", async () => {
  await using db = await testPostgres();
  const names = Array.from({ length: 8 }, (_, at) => `hr.people_${at}`);
  await db.rows(
    `create schema hr; ${
      names.map((name) => `create table ${name} (id int, name text)`).join(";")
    }`,
  );
  // Each as a block of its own, with a connection of its own.
  await Promise.all(
    names.map((name) => db.inRun(() => write(people(1, 2), append, name), { block: name })),
  );
  assert.deepEqual(
    await db.rows("select count(*)::int as n, sum(rows)::int as rows from hr.sluice_ledger"),
    [{ n: 8, rows: 16 }],
  );
});

Deno.test("write() appending names every column that does not fit", async () => {
  await using db = await testPostgres();
  await db.rows(
    "create table people (id smallint, nam text, born date not null, n int generated always as (1) stored)",
  );
  await assert.rejects(
    db.inRun(() => write(people(1, 1), append, "people")),
    (error: Error) => {
      assert.match(error.message, /column `id` is smallint there and Int32 here/);
      assert.match(error.message, /it has no column `name`; did you mean `nam`\?/);
      assert.match(error.message, /column `born` must not be null there and is missing here/);
      return true;
    },
  );
});

Deno.test("write() fits wider columns, varchars, enums, json and domains without changing them", async () => {
  await using db = await testPostgres();
  await db.rows("create type mood as enum ('glad', 'sad')");
  await db.rows("create domain short as varchar(8)");
  await db.rows(
    "create table t (n bigint, d numeric(12, 2), m mood, s short, j json, extra int default 7)",
  );
  const values = tableFromArrays({
    ...{ n: Int32Array.of(5), d: Int32Array.of(6) },
    ...{ m: ["sad"], s: ["brief"], j: ["[1]"] },
  });
  await db.inRun(() => write(values as never, append, "t"));
  assert.deepEqual(await db.rows("select * from t"), [
    { n: "5", d: "6.00", m: "sad", s: "brief", j: [1], extra: 7 },
  ]);
  const tooLong = tableFromArrays({ s: ["much too long"] });
  await assert.rejects(
    db.inRun(() => write(tooLong as never, append, "t"), { run: "another" }),
    /value too long for type character varying\(8\)/,
  );
});

for (const ifExists of ["replace", "append"] as const) {
  Deno.test(`write() killed in the middle of ${ifExists} leaves what stood there`, async () => {
    await using db = await testPostgres();
    await db.inRun(() => write(people(1, 5)));
    const writer = new Deno.Command(Deno.execPath(), {
      args: ["run", "-A", WRITER, db.folder, ifExists],
      stdout: "piped",
      stderr: "inherit",
    }).spawn();
    const output = writer.stdout.getReader();
    // it tells when rows are on their way
    assert.equal(new TextDecoder().decode((await output.read()).value).trim(), "sending");
    writer.kill("SIGKILL");
    await writer.status;
    await output.cancel();
    assert.deepEqual(await db.rows("select count(*)::int as n from hr.people"), [{ n: 5 }]);
    await db.inRun(() => write(people(1, 2), { ifExists }));
    assert.deepEqual(await db.rows("select count(*)::int as n from hr.people"), [
      { n: ifExists === "replace" ? 2 : 7 },
    ]);
  });
}

Deno.test("write() ends at once with the run's cancellation and keeps nothing", async () => {
  await using db = await testPostgres();
  await db.inRun(() => write(people(1, 5)));
  const cancelling = new AbortController();
  const table = people(1, 10);
  const stream = new TableStream(
    table.schema,
    async function* () {
      yield* table.batches;
      cancelling.abort(new Error("cancelled"));
      // a source that never answers must not hold the write
      await new Promise(() => {});
    }(),
  );
  await assert.rejects(
    db.inRun(() => postgres().write(stream, "hr.people", replace), { signal: cancelling.signal }),
    /^Error: cancelled$/,
  );
  assert.deepEqual(await db.rows("select count(*)::int as n from hr.people"), [{ n: 5 }]);
});

Deno.test("write() passes on what its source throws and keeps nothing", async () => {
  await using db = await testPostgres();
  const table = people(1, 10);
  const stream = new TableStream(
    table.schema,
    async function* () {
      yield* table.batches;
      throw new Error("row 11 is broken");
    }(),
  );
  await assert.rejects(
    db.inRun(() => postgres().write(stream, "hr.people")),
    /^Error: row 11 is broken$/,
  );
  assert.deepEqual(await db.rows("select to_regclass('hr.people') as found"), [{ found: null }]);
});

Deno.test("write() whose connection breaks says so, and the next one works", async () => {
  await using db = await testPostgres();
  const table = people(1, 10);
  const stream = new TableStream(
    table.schema,
    async function* () {
      yield* table.batches;
      await db.rows(
        "select pg_terminate_backend(pid) from pg_stat_activity where datname = $1 and application_name = 'sluice'",
        [db.database],
      );
      yield* table.batches;
    }(),
  );
  await db.inRun(async () => {
    await assert.rejects(
      postgres("dev").write(stream, "hr.people"),
      (error: Error) => {
        assert.equal(error.name, "ConnectionError");
        assert.match(
          error.message,
          /^Lost the connection to Postgres at .* \(profile dev\) while hr\.people was written/,
        );
        return true;
      },
    );
    assert.deepEqual(await postgres("dev").write(table as never, "hr.people"), { rows: 10 });
  });
});
