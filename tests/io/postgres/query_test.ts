import assert from "node:assert/strict";
import { tableFromArrays } from "apache-arrow";
import { ident, postgres } from "../../../mod.ts";
import { testPostgres } from "../../services/postgres.ts";

Deno.test("query() binds values as parameters and quotes names", async () => {
  await using db = await testPostgres();
  await db.rows('create table "odd ""schema" (n int)');
  await db.inRun(async () => {
    const mean = "'; drop table x; --";
    const answer = await postgres().query<{ a: string; d: Date; n: number }>`
      select ${mean} as a, ${new Date(0)}::timestamptz as d, ${null}::int as n, ${true}::bool as b,
        ${[1, 2]}::int[] as l, ${2n ** 62n}::int8 as i, ${Uint8Array.of(0, 255)}::bytea as y,
        ${['a"b', "c\\d", null]}::text[] as t, ${Temporal.PlainDate.from("2021-02-03")}::date as p`;
    const row = answer.get(0)!.toJSON();
    assert.deepEqual([row.a, row.d, row.n, row.b, row.i], [mean, 0, null, true, 2n ** 62n]);
    assert.deepEqual([...row.y], [0, 255]);
    assert.deepEqual([...row.t], ['a"b', "c\\d", null]);
    const empty = await postgres().query`select * from ${ident('odd "schema')}`;
    assert.deepEqual([empty.numRows, empty.schema.fields[0]!.name], [0, "n"]);
  });
});

Deno.test("query() takes tables: they are sent for the time of the query", async () => {
  await using db = await testPostgres();
  await db.rows("create table known (id int, name text)");
  await db.rows("insert into known values (1, 'one'), (3, 'three')");
  const asked = tableFromArrays({ id: Int32Array.of(1, 2, 3) });
  await db.inRun(async () => {
    const answer = await postgres().query`
      select count(*) as n, string_agg(name, ',' order by id) as names from known
      join ${asked as never} asked using (id) where id > ${0}`;
    assert.deepEqual(answer.get(0)!.toJSON(), { n: 2n, names: "one,three" });
    const executed = await postgres().execute`
      insert into known select id, 'new' from ${asked as never} where id not in (select id from known)`;
    assert.deepEqual(executed, { rowCount: 1 });
  });
});

Deno.test("query() reads every type of Postgres that a table has", async () => {
  await using db = await testPostgres();
  await db.rows("create type mood as enum ('glad', 'sad')");
  await db.inRun(async () => {
    const answer = await postgres().query`
      select 'sad'::mood as mood, array['glad']::mood[] as moods, 'x'::"char" as c, 'y'::name as n,
        'ab'::char(3) as padded, '{"a": 1}'::json as j, 12.50::numeric(5, 2) as exact,
        sum(v) as loose, '-infinity'::float8 as low, 'nan'::float4 as nan, xmlelement(name a) as x
      from (values (1.5), (2.25), (-100.125)) as t(v)`;
    const row = answer.get(0)!.toJSON();
    assert.deepEqual([
      row.mood,
      [...row.moods],
      row.c,
      row.n,
      row.padded,
      row.j,
      row.low,
      row.nan,
      row.x,
    ], [
      "sad",
      ["glad"],
      "x",
      "y",
      "ab ",
      '{"a": 1}',
      -Infinity,
      NaN,
      "<a/>",
    ]);
    assert.deepEqual(
      answer.schema.fields.filter((field) => ["exact", "loose"].includes(field.name)).map(
        (field) => {
          return String(field.type);
        },
      ),
      ["Decimal[5e+2]", "Decimal[38e+3]"],
    );
    assert.equal(new Int32Array(answer.getChild("loose")!.get(0).buffer)[0], -96375);
  });
});

const refused: readonly [name: string, query: string, message: RegExp][] = [
  [
    "a type that a table lacks",
    "select inet '10.0.0.1' as at",
    /column `at`.*Postgres's inet; cast it in the query/,
  ],
  ["an infinite date", "select 'infinity'::date as d", /row 1, column `d`: infinity is no date/],
  [
    "an infinite timestamp",
    "select now() as d union all select '-infinity'::timestamptz",
    /row 2, column `d`: -infinity is no timestamp/,
  ],
  ["a numeric NaN", "select 'nan'::numeric as v", /column `v`: a decimal has no NaN/],
  [
    "too many digits",
    "select (10::numeric ^ 40) as v",
    /column `v`: a numeric has more than 38 digits/,
  ],
  ["a wide numeric", "select 1::numeric(50, 2) as v", /column `v`.*numeric\(50,2\)/],
  ["two dimensions", "select array[[1],[2]] as v", /column `v`: the array has 2 dimensions/],
  [
    "a mistake",
    "select nme from (select 1 as name) t",
    /^Cannot run the query in Postgres \(profile default\): column "nme" does not exist, at `nme from/,
  ],
];

Deno.test("query() refuses by name, and the connection goes on", async () => {
  await using db = await testPostgres();
  await db.inRun(async () => {
    for (const [name, text, message] of refused) {
      await assert.rejects(
        postgres().query([text]),
        (error: Error) => {
          assert.match(error.message, message, name);
          return true;
        },
      );
      assert.equal((await postgres().query`select 1 as n`).getChild("n")!.get(0), 1, name);
    }
  });
});

Deno.test("scan() gives batches, keeps memory flat and lets go when it is left early", async () => {
  await using db = await testPostgres();
  await db.inRun(async () => {
    const count = 200_000;
    const stream = await postgres().scan<
      { n: number }
    >`select n, repeat('x', 20) as s from generate_series(1, ${count}::int) n`;
    assert.deepEqual(stream.schema.fields.map(({ name }) => name), ["n", "s"]);
    let rows = 0;
    let sum = 0n;
    for await (const batch of stream.batches()) {
      rows += batch.numRows;
      for (const value of batch.getChild("n")!) sum += BigInt(value);
    }
    assert.deepEqual([rows, sum], [count, BigInt(count) * BigInt(count + 1) / 2n]);

    const endless = await postgres()
      .scan`select a.n from generate_series(1, 100000) a(n), generate_series(1, 100000) b`;
    for await (const batch of endless.batches()) {
      assert.ok(batch.numRows > 0);
      break;
    }
    assert.equal((await postgres().query`select 1 as n`).numRows, 1);
    await assert.rejects(
      postgres().scan`select sum(v) as total from (values (1.5)) t(v)`,
      /Cannot stream column `total`.*cast it in the query/,
    );
    await assert.rejects(
      (async () => {
        for await (
          const _ of (await postgres().scan`select 1 / (3 - n) as q from generate_series(1, 5) n`)
            .batches()
        );
      })(),
      /division by zero/,
    );
  });
});

Deno.test("scan() into write() copies a table from one connection to another", async () => {
  await using db = await testPostgres();
  await db.rows("create table source as select n, n::text as s from generate_series(1, 150000) n");
  await db.inRun(async () => {
    const stream = await postgres().scan`select * from source`;
    assert.deepEqual(await postgres("dev").write(stream, "copy"), { rows: 150_000 });
  });
  assert.deepEqual(await db.rows("select count(*)::int as n from source join copy using (n, s)"), [{
    n: 150_000,
  }]);
});

Deno.test("query() is cancelled on the server with the run", async () => {
  await using db = await testPostgres();
  const cancelling = new AbortController();
  const running = db.inRun(() => postgres().query`select pg_sleep(600)`, {
    signal: cancelling.signal,
  });
  running.catch(() => {});
  const asleep =
    "select pid from pg_stat_activity where query = 'select pg_sleep(600)' and state = 'active'";
  while ((await db.rows(asleep)).length === 0);
  cancelling.abort(new Error("cancelled"));
  await assert.rejects(running, /^Error: cancelled$/);
  while ((await db.rows(asleep)).length > 0);
});

Deno.test("execute() runs several statements and tells how many rows the last changed", async () => {
  await using db = await testPostgres();
  await db.inRun(async () => {
    const done = await postgres().execute`create table t (n int); insert into t values (1), (2)`;
    assert.deepEqual(done, { rowCount: 2 });
    assert.deepEqual(await postgres().execute`update t set n = n + ${1} where n = ${2}`, {
      rowCount: 1,
    });
    await assert.rejects(
      postgres().execute`insert into nowhere values (1)`,
      /relation "nowhere" does not exist/,
    );
    await assert.rejects(
      postgres().execute`begin; insert into t values (9)`,
      /Cannot run the statement in Postgres \(profile default\): it leaves a transaction open, .*; begin and commit in one call$/,
    );
    await postgres().execute`begin; insert into t values (3); commit`;
  });
  assert.deepEqual(await db.rows("select n from t order by n"), [{ n: 1 }, { n: 3 }, { n: 3 }]);
});
