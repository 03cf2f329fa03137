/** Bad input through the real command line: one clear first line with its place, a non-zero exit, and
 *  the target as it was. @module */
import assert from "node:assert/strict";
import { gzipSync } from "node:zlib";
import { join } from "node:path";
import { projectOf } from "../commands/project_of.ts";
import { notebookOf } from "../compile/notebook_of.ts";
import { serveRaw } from "../io/http/flaky_server.ts";
import { testPostgres } from "../services/postgres.ts";
import { AS_PLAIN_USER, callUnder, WITH_SMALL_FILES } from "./wrapped.ts";

const IMPORTS = "import { postgres, readCsv, readJson, readParquet, scanCsv, sql, writeCsv, " +
  'writeParquet, writePartitioned } from "sluice";';

const TYPES = `{ types: { id: "int64", name: "string" } }`;
const QUICK = `{ http: { attempts: 2, retryDelayMs: 1 } }`;
const IMPATIENT = `{ http: { attempts: 2, retryDelayMs: 1, stallTimeoutMs: 150 } }`;
const LINES = "id,name\n" + Array.from({ length: 5000 }, (_, i) => `${i},name ${i}\n`).join("");

/** A server with a path for each way to go wrong. */
function serveBadly() {
  return serveRaw(async (connection, head) => {
    const send = (text: string) => connection.write(new TextEncoder().encode(text));
    const [, path] = /^GET (\S+)/.exec(head) ?? [];
    if (path === "/missing.csv") {
      // Each connection gets one answer: what was kept for another request would wait in vain.
      await send("HTTP/1.1 404 Not Found\r\ncontent-length: 0\r\nconnection: close\r\n\r\n");
    }
    if (path === "/stalled.csv" || path === "/cut.csv") {
      await send("HTTP/1.1 200 OK\r\ncontent-length: 5000\r\n\r\nid,name\n1,a\n");
    }
    if (path === "/cut.csv") connection.close();
  });
}

interface BadCase {
  readonly what: string;
  /** An expression that gives a table, or a whole cell in `all`. */
  readonly table?: string;
  readonly all?: string;
  readonly error: RegExp;
}

function readingCases(url: URL, refused: number): readonly BadCase[] {
  const at = (path: string) => JSON.stringify(new URL(path, url).href);
  return [
    {
      what: "a value that does not fit",
      table: `readCsv("../bad.csv", ${TYPES})`,
      error:
        /Cannot read \.\.\/bad\.csv, row 2 \(line 3\), column `id`: "x2" is not an int64; mend/,
    },
    {
      what: "a value that does not fit in a stream",
      table: `scanCsv("../bad.csv", ${TYPES})`,
      error:
        /Cannot read \.\.\/bad\.csv, row 2 \(line 3\), column `id`: "x2" is not an int64; mend/,
    },
    {
      what: "a missing column",
      table: 'readCsv("../bad.csv", { types: { id: "string", nam: "string" } })',
      error: /Cannot read \.\.\/bad\.csv: it has no column `nam`; did you mean `name`\?$/m,
    },
    {
      what: "an extra column under exact",
      table: 'readCsv("../bad.csv", { types: { id: "string" }, exact: true })',
      error: /Cannot read \.\.\/bad\.csv: `name` is not declared and exact was asked for; add/,
    },
    {
      what: "an empty file",
      table: `readCsv("../empty.csv", ${TYPES})`,
      error:
        /Cannot read \.\.\/empty\.csv: the file is empty; a first line with the columns' names/,
    },
    {
      what: "a truncated gzip",
      table: `readCsv("../cut.csv.gz", ${TYPES})`,
      error: /Cannot read \.\.\/cut\.csv\.gz: the gzip data is truncated; get the file again$/m,
    },
    {
      what: "a truncated gzip in a stream",
      table: `scanCsv("../cut.csv.gz", ${TYPES})`,
      error: /Cannot read \.\.\/cut\.csv\.gz: the gzip data is truncated; get the file again$/m,
    },
    {
      what: "a corrupt gzip",
      table: `readCsv("../corrupt.csv.gz", ${TYPES})`,
      error: /Cannot read \.\.\/corrupt\.csv\.gz: the gzip data is damaged; get the file again$/m,
    },
    {
      what: "a file that is not there",
      table: `readCsv("../none.csv", ${TYPES})`,
      error: /Cannot read \.\.\/none\.csv: no such file/,
    },
    {
      what: "a file of another format",
      table: `readParquet("../bad.csv")`,
      error: /Cannot read \.\.\/bad\.csv: it is not a Parquet file/,
    },
    {
      what: "half a JSON file",
      table: `readJson("../half.json")`,
      error: /Cannot read \.\.\/half\.json, value 3: the JSON is broken/,
    },
    {
      what: "a 404",
      table: `readCsv(${at("/missing.csv")}, ${QUICK})`,
      error:
        /Cannot read http:\S+missing\.csv: the server answered 404 Not Found; check the address$/m,
    },
    {
      what: "a stalled connection",
      table: `readCsv(${at("/stalled.csv")}, ${IMPATIENT})`,
      error:
        /Cannot read http:\S+stalled\.csv: the server sent nothing for 0\.15 s \(tried 2 times/,
    },
    {
      what: "a cut connection",
      table: `readCsv(${at("/cut.csv")}, ${QUICK})`,
      error: /Cannot read http:\S+cut\.csv: .*\(tried 2 times/,
    },
    {
      what: "a server that does not listen",
      table: `readCsv("http://127.0.0.1:${refused}/x.csv", ${QUICK})`,
      error: /Cannot read http:\S+x\.csv: .*refused.*\(tried 2 times\)/,
    },
    {
      what: "a file that exists, under fail",
      all: 'await writeCsv(await sql`select 1 as n`, "../standing.csv");',
      error: /Cannot write \.\.\/standing\.csv: it exists; give ifExists: "replace" or "append"/,
    },
    {
      what: "a dataset that exists, under fail",
      all:
        'await writePartitioned(await sql`select 1 as n, 2 as m`, "../standing", { by: ["n"] });',
      error: /Cannot write \.\.\/standing: it exists/,
    },
    {
      what: "a value that cannot travel",
      all: "const client = new Map([[1, 2]]);",
      error: /cannot hand on client: a Map does not travel between blocks; hand on tables, JSON/,
    },
  ];
}

Deno.test("sluice run tells bad input in one line where it stands, and leaves targets as they were", async (test) => {
  await using server = serveBadly();
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const refused = listener.addr.port;
  listener.close();
  const cases = readingCases(server.url, refused);
  const whole = new Uint8Array(gzipSync(LINES));
  const cells = cases.map(({ table, all }, at) =>
    `//| custom: case_${at}\n` +
    (all ?? `await writeCsv(await ${table}, "../old_${at}.csv", { ifExists: "replace" });`)
  );
  using project = projectOf({
    "notebooks/p.ipynb": notebookOf([IMPORTS, ...cells, "//| custom: reads\nconsole.log(client);"]),
    "bad.csv": "id,name\n1,a\nx2,b\n",
    "empty.csv": "",
    "half.json": '[{"a": 1}, {"a":',
    "standing.csv": "stands\n",
    "standing/mine.txt": "stands\n",
  });
  for (const at of cases.keys()) project.write(`old_${at}.csv`, "old\n");
  Deno.writeFileSync(join(project.folder, "cut.csv.gz"), whole.subarray(0, whole.length >> 1));
  Deno.writeFileSync(
    join(project.folder, "corrupt.csv.gz"),
    whole.map((byte, at) => at > whole.length / 2 && at < whole.length / 2 + 20 ? ~byte : byte),
  );
  const before = namesIn(project.folder);
  const { code, stdout, stderr } = await project.call(["run", "p"]);
  assert.deepEqual([code, stderr], [1, ""]);
  for (const [at, { what, error }] of cases.entries()) {
    await test.step(what, () => {
      const line = stdout.split("\n").find((line) => line.startsWith(`case_${at} failed`)) ??
        stdout;
      assert.match(line, /failed in [\d.]+ m?s: notebooks\/p\.ipynb, cell \d+ \(case_\d+\)/);
      assert.match(line, error);
      assert.equal(project.read(`old_${at}.csv`), "old\n");
    });
  }
  assert.equal(project.read("standing.csv"), "stands\n");
  assert.equal(project.read("standing/mine.txt"), "stands\n");
  assert.deepEqual(namesIn(project.folder), before, "temporary files are left");
});

Deno.test("sluice run takes a header without rows for a table without rows", async () => {
  using project = projectOf({
    "notebooks/p.ipynb": notebookOf([
      IMPORTS,
      `//| loader: load\nconst none = await readCsv("../none.csv", ${TYPES});`,
      '//| exporter: save\nawait writeCsv(none, "../out.csv");',
    ]),
    "none.csv": "id,name\n",
  });
  const { code, stdout } = await project.call(["run", "p"]);
  assert.equal(code, 0, stdout);
  assert.match(stdout, /^load completed: 0 rows in /m);
  assert.equal(project.read("out.csv"), "id,name\n");
});

/** Notebooks that are none, each the first line of what a person sees. */
const NOTEBOOKS: readonly (readonly [what: string, make: (path: string) => void, said: RegExp])[] =
  [
    [
      "a folder",
      (path) => Deno.mkdirSync(path),
      /^Cannot run notebooks\/p\.ipynb: it is a folder, not a notebook/,
    ],
    [
      "binary",
      (path) => Deno.writeFileSync(path, crypto.getRandomValues(new Uint8Array(5000))),
      /^notebooks\/p\.ipynb: is not text but binary, so no notebook; give a \.ipynb file$/m,
    ],
    [
      "empty",
      (path) => Deno.writeTextFileSync(path, ""),
      /^notebooks\/p\.ipynb: is empty; save it/,
    ],
    [
      "saved half",
      (path) => Deno.writeTextFileSync(path, notebookOf(["const a = 1;"]).slice(0, -40)),
      /^notebooks\/p\.ipynb: ends in the middle of its JSON, at line 1 \(byte \d+\): it was saved half/,
    ],
    [
      "50 MB of code",
      (path) =>
        Deno.writeTextFileSync(
          path,
          notebookOf([`//| loader: load\nconst a = [${"1234567,".repeat(6_500_000)}];`]),
        ),
      /^notebooks\/p\.ipynb, cell 1 \(load\), line 1:1: holds 52\.0 million characters of code/,
    ],
  ];

Deno.test("sluice run refuses what is no notebook in one line", async (test) => {
  using project = projectOf({ "notebooks/other.ipynb": notebookOf(["const a = 1;"]) });
  for (const [at, [, make]] of NOTEBOOKS.entries()) {
    make(join(project.folder, `notebooks/p${at}.ipynb`));
  }
  const finished = await project.callEach(
    NOTEBOOKS.map((_, at) => ["run", `notebooks/p${at}.ipynb`]),
  );
  for (const [at, [what, , said]] of NOTEBOOKS.entries()) {
    await test.step(what, () => {
      const { code, stdout, stderr } = finished[at]!;
      assert.deepEqual([code, stdout], [2, ""]);
      assert.match(stderr.replace(`notebooks/p${at}.ipynb`, "notebooks/p.ipynb"), said);
    });
  }
});

Deno.test("sluice run takes a notebook with 50 MB of outputs", async () => {
  using project = projectOf();
  const notebook = JSON.parse(notebookOf(["//| loader: load\nconsole.log('ran');"]));
  notebook.cells[0].outputs = [{ output_type: "stream", name: "stdout", text: "x".repeat(5e7) }];
  project.write("notebooks/p.ipynb", JSON.stringify(notebook));
  const { code, stdout } = await project.call(["run", "p"]);
  assert.equal(code, 0);
  assert.match(stdout, /^load │ ran$/m);
});

Deno.test("sluice run tries the connections that a notebook names before any block starts", async (test) => {
  await using db = await testPostgres();
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const refused = listener.addr.port;
  listener.close();
  const profile = (name: string, port: number, password: string, database: string) =>
    `${name}:\n  POSTGRES_HOST: ${db.host}\n  POSTGRES_PORT: ${port}\n  POSTGRES_USER: ${db.user}\n` +
    `  POSTGRES_PASSWORD: ${password}\n  POSTGRES_DBNAME: ${database}\n`;
  const cases: readonly (readonly [name: string, said: RegExp])[] = [
    [
      "refused",
      /Cannot connect to Postgres at .*:\d+ \(profile refused\): connection refused; is the server running\?$/m,
    ],
    ["wrong", /Cannot connect to Postgres at .*\(profile wrong\): .*password/],
    ["nowhere", /Cannot connect to Postgres at .*\(profile nowhere\): .*database/],
    ["unknown", /io_config\.yaml has no profile `unknown`; it has refused, wrong, nowhere$/m],
  ];
  using project = projectOf({
    "io_config.yaml": profile("refused", refused, JSON.stringify(db.password), db.database) +
      profile("wrong", db.port, "not-the-password", db.database) +
      profile("nowhere", db.port, JSON.stringify(db.password), "no_such_database"),
  });
  for (const [name, said] of cases) {
    await test.step(name, async () => {
      project.write(
        `notebooks/${name}.ipynb`,
        notebookOf([
          IMPORTS,
          "//| loader: load\nconsole.log('loading');\nconst n = 1;",
          `//| exporter: save\nawait postgres("${name}").execute\`select \${n}\`;`,
        ]),
      );
      const { code, stdout } = await project.call(["run", name]);
      assert.equal(code, 1);
      const [started, failed] = stdout.split("\n");
      assert.match(started ?? "", /^run \S+ of \w+ started$/);
      assert.match(failed ?? "", said);
      assert.doesNotMatch(stdout, /loading|load started|not-the-password/);
    });
  }
});

Deno.test("sluice run leaves a table in Postgres as it was where a write is refused", async (test) => {
  await using db = await testPostgres();
  await db.rows("create table standing as select 1 as n");
  const cases: readonly (readonly [what: string, cell: string, error: RegExp])[] = [
    [
      "it exists, under fail",
      'await postgres().write(await sql`select 2 as n`, "standing");',
      /Cannot write .*standing.*: .*exists.*ifExists/,
    ],
    [
      "a type that Postgres lacks",
      'await postgres().write(await sql`select map([1], [2]) as pairs`, "standing", { ifExists: "replace" });',
      /Cannot write .*column `pairs`.*[Mm]ap/,
    ],
    [
      "a value that Postgres cannot hold",
      'await postgres().write(await sql`select chr(0) as text`, "standing", { ifExists: "replace" });',
      /row 1, column `text`|column `text`.*row 1/,
    ],
    [
      "a value that does not fit, behind a stream",
      'await postgres().write(await scanCsv("bad.csv", { types: { n: "int32" } }), "standing", { ifExists: "append" });',
      /Cannot read bad\.csv, row 30000 \(line 30001\), column `n`: "x" is not an int32/,
    ],
  ];
  await Deno.writeTextFile(join(db.folder, "bad.csv"), `n\n${"7\n".repeat(29_999)}x\n`);
  using project = projectOf({});
  await Deno.writeTextFile(
    join(db.folder, "p.ipynb"),
    notebookOf([IMPORTS, ...cases.map(([, cell], at) => `//| exporter: case_${at}\n${cell}`)]),
  );
  const { code, stdout } = await project.call(["run", join(db.folder, "p.ipynb")]);
  assert.equal(code, 1, stdout);
  for (const [at, [what, , error]] of cases.entries()) {
    await test.step(what, () => {
      const line = stdout.split("\n").find((line) => line.startsWith(`case_${at} failed`)) ??
        stdout;
      assert.match(line, error);
      assert.match(line, /p\.ipynb, cell \d+ \(case_\d\)/);
    });
  }
  assert.deepEqual(await db.rows("select * from standing"), [{ n: 1 }]);
});

function namesIn(folder: string): string[] {
  return [...Deno.readDirSync(folder)].map(({ name }) => name).filter((name) => name !== ".sluice")
    .sort();
}

/** Each writer with rows enough for many megabytes. */
const LARGE = [
  "const rows = await sql`select range as n, hash(range) as h, md5(range::varchar) as text from range(300000)`;",
  'await writeCsv(rows, "../targets/a.csv", { ifExists: "replace" });',
  'await writeParquet(rows, "../targets/a.parquet", { ifExists: "replace" });',
  'await writePartitioned(await sql`select *, n % 2 as half from ${rows}`, "../targets/set", { by: ["half"] });',
];

const HINDRANCES = [
  { what: "a full disk", wrapper: WITH_SMALL_FILES, mode: 0o755, reason: "ulimit -f" },
  { what: "a protected folder", wrapper: AS_PLAIN_USER, mode: 0o555, reason: "permission denied" },
] as const;

for (const { what, wrapper, mode, reason } of HINDRANCES) {
  Deno.test(`sluice run says that it met ${what}, and leaves targets as they were`, async () => {
    const [load, ...writes] = LARGE;
    using project = projectOf({
      "notebooks/p.ipynb": notebookOf([
        IMPORTS,
        `//| loader: load\n${load}`,
        ...writes.map((write, at) => `//| exporter: write_${at}\n${write}`),
      ]),
      "targets/a.csv": "old\n",
      "targets/a.parquet": "old\n",
    });
    const targets = join(project.folder, "targets");
    Deno.chmodSync(targets, mode);
    const { code, stdout, stderr } = await callUnder(wrapper, project, [
      "run",
      "p",
      "--keep",
      "none",
    ]);
    Deno.chmodSync(targets, 0o755);
    assert.deepEqual([code, stderr], [1, ""]);
    for (const at of writes.keys()) {
      const line = stdout.split("\n").find((line) => line.startsWith(`write_${at} failed`)) ??
        stdout;
      assert.match(line, /p\.ipynb, cell \d \(write_\d\).*: Cannot write \.\.\/targets\/(a|set)/);
      assert.ok(line.includes(reason), line);
    }
    assert.deepEqual(namesIn(targets), ["a.csv", "a.parquet"]);
    assert.equal(project.read("targets/a.csv"), "old\n");
    assert.equal(project.read("targets/a.parquet"), "old\n");
  });
}
