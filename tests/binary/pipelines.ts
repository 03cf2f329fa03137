/** Pipelines of a project that becomes an executable. @module */
import { notebookOf, parametersOf } from "../compile/notebook_of.ts";

/** DuckDB, a SQL cell, SQL from a file, Parquet both ways, a module of `blocks/`. */
const REPORT = notebookOf([
  parametersOf('const target = "../out/tall.parquet";'),
  'import { check, readParquet, rows, sql, sqlFile, tableFromRows, writeParquet } from "sluice";\n' +
  'import { PEOPLE } from "../blocks/people.ts";',
  "//| loader: load_people\nconst people = tableFromRows([...PEOPLE]);",
  "%%sql -o tall\n--| transformer: keep_tall\n" +
  "select name, height from {{ people }} where height > 1.7 order by name",
  '//| transformer: count_them\nconst counted = await sql(...await sqlFile("../blocks/count.sql", { tall }));',
  '//| exporter: export_tall\nawait writeParquet(tall, target, { ifExists: "replace" });',
  "//| custom: confirm\n//| upstream: [export_tall]\n" +
  "const [first] = rows(counted);\nconst read = await readParquet(target);\n" +
  'check("all were written", read.numRows === Number(first?.n));\n' +
  'console.log(`tall: ${rows(read).map((row) => row.name).join(", ")}`);',
]);

/** Declares what it may, native libraries not among it: Parquet without DuckDB. */
const PLAIN = notebookOf([
  'import { readParquet, rows, tableFromRows, writeParquet } from "sluice";',
  '//| loader: load\nconst numbers = tableFromRows([{ n: 1 }, { n: 2 }], { types: { n: "int32" } });',
  '//| exporter: write\nawait writeParquet(numbers, "../plain/n.parquet", { ifExists: "replace" });',
  "//| custom: read\n//| upstream: [write]\n" +
  'console.log(`read ${rows(await readParquet("../plain/n.parquet")).map(({ n }) => n).join(" ")}`);',
], { sluice: { permissions: { read: ["../plain"], write: ["../plain"] } } });

/** Fails in its second line. */
const FAULTY = notebookOf([
  '//| loader: fail_early\nconsole.log("begins");\nthrow new Error("on purpose");',
]);

/** Leaves without a word. */
const LEAVING = notebookOf(["//| loader: leave\nDeno.exit(3);"]);

/** Tries what a run under the server may and may not. */
const TRIES = notebookOf([
  parametersOf('const folder = "";'),
  'import { sql } from "sluice";',
  `//| loader: attempts
async function attempt(name: string, work: () => unknown) {
  try {
    await work();
    return \`\${name} allowed\`;
  } catch (error) {
    return \`\${name} \${(error as Error).name}\`;
  }
}
const said = await Promise.all([
  attempt("inside", () => Deno.readTextFileSync(\`\${folder}/inside.txt\`)),
  attempt("outside", () => Deno.readTextFileSync("/etc/hostname")),
  attempt("write", () => Deno.writeTextFileSync("/etc/sluice-test", "")),
  attempt("program", () => new Deno.Command("true").outputSync()),
  attempt("variable", () => Deno.env.get("HOME")),
  attempt("host", () => Deno.connect({ hostname: "127.0.0.1", port: 9 })),
  attempt("library", () => Deno.dlopen("/lib/x86_64-linux-gnu/libc.so.6", {})),
  attempt("sql inside", () => sql\`from read_text(\${\`\${folder}/inside.txt\`})\`),
  attempt("sql outside", () => sql\`from read_text('/etc/hostname')\`),
]);
console.log(said.join("; "));`,
]);

/** The files of the project, by their paths. */
export const FILES: Readonly<Record<string, string>> = {
  "blocks/people.ts": "export const PEOPLE = [\n" +
    '  { name: "Ada Byron, Countess of Lovelace", height: 1.65 },\n' +
    '  { name: "Grace Brewster Murray Hopper", height: 1.72 },\n' +
    '  { name: "Bo", height: 1.9 },\n];\n',
  "blocks/count.sql": "select count(*) as n from {{ tall }}",
  "sluice.yaml": "limits:\n  memory: 700MB\n",
  "notebooks/report.ipynb": REPORT,
  "notebooks/plain.ipynb": PLAIN,
  "notebooks/faulty.ipynb": FAULTY,
  "notebooks/leaving.ipynb": LEAVING,
  "notebooks/tries.ipynb": TRIES,
};
