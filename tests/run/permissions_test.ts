/** What runs are refused: by Deno and by the DuckDB inside them, as their notebooks declare and as the
 *  server limits them; and how they are told. @module */
import assert from "node:assert/strict";
import type { Permissions } from "../../runtime/notebook/notebook.ts";
import { serverPermissions } from "../../runtime/run/permissions.ts";
import { Project } from "./project.ts";

/** A block's name, its code, and what its error must begin with; undefined where it may do so. */
type Case = readonly [name: string, code: string, error: RegExp | undefined];

const IMPORTS = 'import { readCsv, rows, sql, writeCsv, writeParquet } from "sluice";';

/** Runs the cases as blocks of one pipeline in a project with files inside and outside of it. */
async function runCases(
  cases: (outside: string, data: string) => readonly Case[],
  { permissions, isUnderServer = false, profiles }: {
    permissions?: Permissions;
    isUnderServer?: boolean;
    profiles?: string;
  },
): Promise<void> {
  await using project = new Project();
  const outside = await Deno.makeTempDir({ prefix: "sluice-outside-" });
  try {
    await Deno.writeTextFile(`${outside}/secret.csv`, "a\n7\n");
    await Deno.mkdir(`${project.folder}/data`);
    await Deno.mkdir(`${project.folder}/notebooks`);
    await Deno.writeTextFile(`${project.folder}/data/own.csv`, "a\n1\n");
    await Deno.writeTextFile(`${project.folder}/notebooks/beside.csv`, "a\n2\n");
    await Deno.writeTextFile(`${project.folder}/.sluice/server.json`, '{ "token": "t" }');
    await Deno.symlink(`${outside}/secret.csv`, `${project.folder}/data/link.csv`);
    await Deno.symlink(outside, `${project.folder}/data/folder`);
    if (profiles) await Deno.writeTextFile(`${project.folder}/io_config.yaml`, profiles);
    const all = cases(outside, `${project.folder}/data`);
    const compiled = await project.write(
      { blocks: all.map(([name]) => ({ name })), ...permissions ? { permissions } : {} },
      all.map(([name, code]) => `async function ${name}() { ${code} }`).join("\n"),
      IMPORTS,
    );
    const result = await project.run(compiled, { isUnderServer });
    for (const [at, [name, , error]] of all.entries()) {
      const text = result.blocks[at]?.error ?? "";
      const [first = ""] = text.split("\n");
      if (error) assert.match(first.replaceAll(outside, "OUT"), error, `${name}: ${text}`);
      else assert.equal(result.blocks[at]?.status, "completed", `${name}: ${text}`);
    }
    const left = [...Deno.readDirSync(outside)].map(({ name }) => name);
    assert.deepEqual(left, ["secret.csv"]);
    const data = [...Deno.readDirSync(`${project.folder}/data`)].map(({ name }) => name);
    assert.deepEqual(data.sort(), ["folder", "link.csv", "own.csv"]);
  } finally {
    await Deno.remove(outside, { recursive: true });
  }
}

const DECLARE = "under sluice\\.permissions in the notebook's metadata, write";

/** What no run with limits may do. */
function escapes(outside: string): readonly Case[] {
  return [
    [
      "sql_url",
      "await sql`from read_csv('https://example.com/x.csv')`;",
      /DuckDB cannot run the query: cannot access file "https:/,
    ],
    [
      "sql_extension",
      "await sql`load httpfs`;",
      /DuckDB|may write files/,
    ],
    [
      "sql_unlock",
      "await sql`set enable_external_access = true`;",
      /has been locked|may write files/,
    ],
    [
      "sql_folders",
      "await sql`set allowed_directories = ['/']`;",
      /has been locked|may write files/,
    ],
    ["sql_reset", "await sql`reset lock_configuration`;", /has been locked|may write files/],
    ["own_token", 'await Deno.readTextFile("../.sluice/server.json");', /may not read/],
    [
      "from_outside_the_scope",
      `const { promise, resolve, reject } = Promise.withResolvers();
       const { AsyncLocalStorage } = await import("node:async_hooks");
       AsyncLocalStorage.prototype.exit.call(new AsyncLocalStorage(), () => resolve());
       await promise;
       await sql(Object.assign(["from read_text('${outside}/secret.csv')"], { raw: [] }));`,
      /may not read OUT\/secret\.csv/,
    ],
  ];
}

Deno.test("a run with declared permissions has those alone, through Deno and through DuckDB", () =>
  runCases((outside, data) => [
    ["own", 'await readCsv("../data/own.csv");', undefined],
    ["own_sql", "await sql`from read_csv('../data/own.csv')`.catch(() => {});", undefined],
    ["beside", 'await readCsv("beside.csv");', undefined],
    [
      "write",
      'await writeParquet(await readCsv("../data/own.csv"), "../out/x.parquet");',
      undefined,
    ],
    [
      "env",
      'Deno.env.get("HOME");',
      new RegExp(`may not read the variable HOME; ${DECLARE} "env": \\["HOME"\\]$`),
    ],
    [
      "start",
      'await new Deno.Command("ls").output();',
      new RegExp(`may not start ls; ${DECLARE} "run": \\["ls"\\]$`),
    ],
    [
      "net",
      'await fetch("https://example.com/");',
      new RegExp(
        `may not connect to example\\.com:443; ${DECLARE} "net": \\["example\\.com:443"\\]$`,
      ),
    ],
    [
      "net_csv",
      'await readCsv("https://example.com/x.csv");',
      new RegExp(`may not connect to example\\.com:443; ${DECLARE}`),
    ],
    [
      "read",
      `await Deno.readTextFile("${outside}/secret.csv");`,
      new RegExp(
        `may not read OUT/secret\\.csv; ${DECLARE} "read": \\["\\.\\./data", "OUT/secret\\.csv"\\]$`,
      ),
    ],
    [
      "read_csv",
      `await readCsv("${outside}/secret.csv");`,
      new RegExp(`may not read OUT/secret\\.csv; ${DECLARE}`),
    ],
    [
      "read_sql",
      `await sql\`from read_text('${outside}/secret.csv')\`;`,
      new RegExp(`may not read OUT/secret\\.csv; ${DECLARE} "read"`),
    ],
    ["read_link", 'await readCsv("../data/link.csv");', /may not read OUT\/secret\.csv; /],
    [
      "read_link_folder",
      'await readCsv("../data/folder/secret.csv");',
      /may not read .*secret\.csv; /,
    ],
    [
      "write_deno",
      `await Deno.writeTextFile("${outside}/x", "");`,
      new RegExp(`may not write OUT/x; ${DECLARE} "write"`),
    ],
    [
      "write_csv",
      `await writeCsv(await readCsv("beside.csv"), "${outside}/x.csv");`,
      /may not (read|write) OUT/,
    ],
    [
      "write_read_only",
      'await writeCsv(await readCsv("beside.csv"), "../data/x.csv");',
      /may not write .*data/,
    ],
    [
      "sql_copy",
      `await sql\`copy (select 1) to '${data}/x.csv'\`;`,
      /cannot run the query: COPY may write files, and this run may read some that it may not/i,
    ],
    [
      "sql_explain",
      `await sql\`explain analyze copy (select 1) to '${data}/x.csv'\`;`,
      /EXPLAIN may write files/i,
    ],
    ["sql_attach", `await sql\`attach '${data}/x.db'\`;`, /ATTACH may write files/i],
    ...escapes(outside),
  ], { permissions: { read: ["../data"], write: ["../out"], ffi: true } }));

const PROFILES = `default:
  POSTGRES_HOST: 127.0.0.1
  POSTGRES_PORT: 9
  POSTGRES_DBNAME: x
  POSTGRES_USER: "{{ env_var('SLUICE_TEST_USER', 'u') }}"
`;

Deno.test("a run under the server whose notebook declares nothing has its project and profiles alone", () =>
  runCases((outside) => [
    ["own", 'await readCsv("../data/own.csv");', undefined],
    [
      "write",
      'await writeParquet(await readCsv("../data/own.csv"), "../out/x.parquet");',
      undefined,
    ],
    ["variable", 'Deno.env.get("SLUICE_TEST_USER");', undefined],
    [
      "host",
      'await Deno.connect({ hostname: "127.0.0.1", port: 9 }).catch((error) => { if (error instanceof Deno.errors.NotCapable) throw error; });',
      undefined,
    ],
    [
      "net",
      'await fetch("https://example.com/");',
      /may not connect to example\.com:443; write in the notebook's metadata: "sluice": \{ "permissions": \{ "read": \["\.\."\], "write": \["\.\."\], "net": \["127\.0\.0\.1:9", "example\.com:443"\], "env": \["SLUICE_TEST_USER"\], "ffi": true \} \}$/,
    ],
    ["env", 'Deno.env.get("HOME");', /may not read the variable HOME; /],
    ["start", 'await new Deno.Command("ls").output();', /may not start ls; /],
    ["native", 'Deno.dlopen("libc.so.6", {});', /may not load the native library libc\.so\.6; /],
    [
      "read",
      `await Deno.readTextFile("${outside}/secret.csv");`,
      /may not read OUT\/secret\.csv; /,
    ],
    ["read_sql", `await sql\`from read_csv('${outside}/*.csv')\`;`, /may not read OUT/],
    ["read_link", 'await readCsv("../data/link.csv");', /may not read OUT\/secret\.csv; /],
    [
      "write_sql",
      `await sql\`copy (select 1) to '${outside}/x.csv'\`;`,
      /may not write OUT\/x\.csv; /,
    ],
    ["write_sql_link", "await sql`copy (select 1) to '../data/folder/x.csv'`;", /may not write/],
    ["attach", `await sql\`attach '${outside}/x.db'\`;`, /may not write OUT\/x\.db; /],
    [
      "symlink",
      `await Deno.symlink("${outside}", "../data/more");`,
      /unscoped --allow-read|may not/,
    ],
    ...escapes(outside),
  ], { isUnderServer: true, profiles: PROFILES }));

Deno.test("serverPermissions() lets an embedded Postgres start, and no other profile's run start anything", async () => {
  await using project = new Project();
  const notebook = `${project.folder}/notebooks/p.ipynb`;
  await Deno.writeTextFile(`${project.folder}/io_config.yaml`, PROFILES);
  assert.equal((await serverPermissions({ notebook }, project.folder)).run, undefined);
  const embedded = "default:\n  POSTGRES_HOST: embedded\n  POSTGRES_DBNAME: x\n";
  await Deno.writeTextFile(`${project.folder}/io_config.yaml`, embedded);
  assert.equal((await serverPermissions({ notebook }, project.folder)).run, true);
});
