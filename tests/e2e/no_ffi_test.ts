/** Pipelines whose notebook declares permissions without `ffi`: what needs no native library works, the
 *  rest says so in one line. @module */
import assert from "node:assert/strict";
import { gzipSync } from "node:zlib";
import { join } from "node:path";
import { projectOf } from "../commands/project_of.ts";
import { notebookOf } from "../compile/notebook_of.ts";

const SANDBOXED = { sluice: { permissions: { read: [".."], write: [".."] } } };

const IMPORTS =
  'import { check, filter, readCsv, readParquet, rows, scanCsv, sql, writeCsv, writeParquet } from "sluice";';

function sandboxed(...cells: string[]): string {
  return notebookOf([IMPORTS, ...cells], SANDBOXED);
}

const TYPES =
  `{ types: { id: "int64 not null", fare: "decimal(8,2)", at: "timestamp", tip: "float64" } }`;
const DATA = 'id;fare;at;tip;name;n\n1;2.50;2021-01-01 10:00:00;0.5;"a;b";7\n' +
  "2;;1969-12-31T23:59:59.5;-inf;ü;\n3;9.99;2021-02-03;1e2;;9\n";

Deno.test("without FFI, csv, filter, check and Parquet work from the command line", async () => {
  using project = projectOf({
    "notebooks/p.ipynb": sandboxed(
      `//| loader: load\nconst trips = await readCsv("../data.csv.gz", ${TYPES});`,
      "//| transformer: keep\nconst late = filter(trips, (trip) => trip.id > 1);\ncheck(late, { late: (trip) => trip.id > 1 });",
      '//| exporter: save\nconst { rows: saved } = await writeParquet(late, "../late.parquet");',
      "//| loader: again\n//| upstream: [save]\n" +
        'const back = rows(await readParquet("../late.parquet", { types: { id: "int64" } }));\n' +
        "console.log(saved, JSON.stringify(back));",
      `//| loader: scan\nlet count = 0;\nfor await (const batch of (await scanCsv("../data.csv.gz", ${TYPES})).batches()) count += batch.numRows;\nconsole.log("scanned", count);`,
    ),
  });
  Deno.writeFileSync(join(project.folder, "data.csv.gz"), gzipSync(DATA));
  const { code, stdout, stderr } = await project.call(["run", "p"]);
  assert.equal(code, 0, stdout + stderr);
  const expected = [
    {
      id: 2,
      fare: null,
      at: "1969-12-31T23:59:59.500Z",
      tip: null, // JSON has no -Infinity
      name: "ü",
      n: null,
    },
    { id: 3, fare: "9.99", at: "2021-02-03T00:00:00.000Z", tip: 100, name: null, n: 9 },
  ];
  assert.ok(stdout.includes(`again │ 2 ${JSON.stringify(expected)}`), stdout);
  assert.match(stdout, /^scan │ scanned 3$/m);
});

const REFUSED: readonly (readonly [what: string, cell: string, error: RegExp])[] = [
  [
    "a value that does not fit",
    'const t = await readCsv("../bad.csv", { types: { id: "int8" } });',
    /Cannot read \.\.\/bad\.csv, row 2 \(line 4\), column `id`: "200" is not an int8; mend the value, or declare another type$/m,
  ],
  [
    "a missing column",
    'const t = await readCsv("../bad.csv", { types: { ids: "int8" } });',
    /Cannot read \.\.\/bad\.csv: it has no column `ids`; did you mean `id`\?$/m,
  ],
  [
    "a row with too many fields",
    'const t = await readCsv("../wide.csv");',
    /Cannot read \.\.\/wide\.csv, row 1 \(line 2\): it has 2 fields where the header has 1; quote fields that contain `,`$/m,
  ],
  [
    "a broken Parquet file",
    'const t = await readParquet("../cut.parquet");',
    /Cannot read \.\.\/cut\.parquet: the Parquet file is truncated or damaged/,
  ],
  [
    "sql",
    "const t = await sql`select 1`;",
    /Cannot start DuckDB: Deno may not load native libraries here; .*"ffi": true under sluice\.permissions$/m,
  ],
  [
    "writing CSV",
    'await writeCsv(await readCsv("../good.csv"), "../out.csv");',
    /Cannot start DuckDB: Deno may not load native libraries here;/,
  ],
];

Deno.test("without FFI, what fails says so in one line", async (test) => {
  using project = projectOf({
    "bad.csv": 'id,s\n7,"a\nb"\n200,c\n',
    "wide.csv": "id\n1,2\n",
    "good.csv": "id\n1\n",
    "cut.parquet": "PAR1 and then nothing",
    "notebooks/p.ipynb": sandboxed(
      ...REFUSED.map(([, cell], at) => `//| custom: case_${at}\n${cell}`),
    ),
  });
  const { code, stdout } = await project.call(["run", "p"]);
  assert.equal(code, 1);
  for (const [at, [what, , error]] of REFUSED.entries()) {
    await test.step(what, () => {
      const line = stdout.split("\n").find((line) => line.startsWith(`case_${at} failed`)) ??
        stdout;
      assert.match(line, /failed in [^:]*: notebooks\/p\.ipynb, cell \d+ \(case_\d\)/);
      assert.match(line, error);
    });
  }
  assert.deepEqual(
    [...Deno.readDirSync(project.folder)].map(({ name }) => name).filter((name) =>
      /out/.test(name)
    ),
    [],
  );
});
