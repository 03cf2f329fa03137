/** Compiling files: the cache, its keys, and the module as others use it. @module */
import assert from "node:assert/strict";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { compileNotebook } from "../../runtime/compile/compile.ts";
import type { CompiledPipeline } from "../../runtime/compile/pipeline.ts";
import { notebookOf, parametersOf } from "./notebook_of.ts";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));

const CELLS = [
  "//| loader: load\nimport { base } from '../blocks/base.ts';\nconst trips = [base, 2, 3];",
  "//| transformer: half\nconst few = trips.filter((trip) => trip < limit);",
];

/** A project with one notebook, removed at the end. */
async function inProject(
  test: (project: Project) => Promise<void>,
  cells: Parameters<typeof notebookOf>[0] = [parametersOf("const limit = 3;"), ...CELLS],
): Promise<void> {
  const folder = await Deno.realPath(await Deno.makeTempDir());
  try {
    await Deno.mkdir(join(folder, "notebooks"));
    await Deno.mkdir(join(folder, "blocks"));
    const project = { folder, notebook: join(folder, "notebooks", "taxi trips.ipynb") };
    await Deno.writeTextFile(
      join(folder, "blocks", "base.ts"),
      "export { one as base } from './one.ts';",
    );
    await Deno.writeTextFile(join(folder, "blocks", "one.ts"), "export const one: number = 1;");
    await Deno.writeTextFile(project.notebook, notebookOf(cells));
    await test(project);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

interface Project {
  readonly folder: string;
  readonly notebook: string;
}

function compile({ folder, notebook }: Project): Promise<CompiledPipeline> {
  return compileNotebook(notebook, { projectFolder: folder });
}

function hashes({ pipeline }: CompiledPipeline): Record<string, string> {
  return Object.fromEntries(pipeline.blocks.map(({ name, hash }) => [name, hash]));
}

Deno.test("compileNotebook() writes the module and its JSON, and gives the same from the cache", async () => {
  await inProject(async (project) => {
    const first = await compile(project);
    assert.match(first.module, /\/\.sluice\/compiled\/taxi_trips-[0-9a-f]{16}\.ts$/);
    const { mtime } = await Deno.stat(first.module);
    const second = await compile(project);
    assert.deepEqual(second, first);
    assert.deepEqual(
      (await Deno.stat(first.module)).mtime,
      mtime,
      "the module was not written again",
    );
    const names = [...Deno.readDirSync(join(project.folder, ".sluice", "compiled"))].map((
      { name },
    ) => name);
    assert.equal(names.length, 2, names.join());
    assert.equal(first.pipeline.name, "taxi trips");
    assert.equal(
      first.lines.length,
      Deno.readTextFileSync(first.module).trimEnd().split("\n").length,
    );
  });
});

Deno.test("compileNotebook() loads no package on a hit", async () => {
  await inProject(async (project) => {
    await compile(project);
    const url = new URL("../../runtime/compile/compile.ts", import.meta.url).href;
    const args = [project.notebook, project.folder].map((text) => JSON.stringify(text));
    const script = join(project.folder, "hit.ts");
    await Deno.writeTextFile(
      script,
      `import { registerHooks } from "node:module";
      const loaded = new Set();
      registerHooks({
        resolve(name, context, next) {
          const resolved = next(name, context);
          loaded.add(resolved.url);
          return resolved;
        },
      });
      const { compileNotebook } = await import(${JSON.stringify(url)});
      await compileNotebook(${args[0]}, { projectFolder: ${args[1]} });
      console.log([...loaded].filter((url) => /npm:|\\/(node_modules|vendor)\\//.test(url)).join("\\n"));`,
    );
    const loaded = async () => {
      const { stdout, stderr, success } = await new Deno.Command(Deno.execPath(), {
        args: ["run", "-A", "--config", join(ROOT, "deno.json"), script],
      }).output();
      assert.ok(success, new TextDecoder().decode(stderr));
      return new TextDecoder().decode(stdout);
    };
    assert.equal((await loaded()).trim(), "", "a hit loaded packages");
    await Deno.writeTextFile(project.notebook, notebookOf(["//| loader: only\nconst n = 1;"]));
    const miss = await loaded();
    assert.match(miss, /scope_manager/, "a miss shows them, so that their absence means something");
    assert.match(miss, /yaml/);
    assert.match(miss, /babel_parser/);
  });
});

Deno.test("compileNotebook() compiles anew when the notebook changes or a cached file is gone", async () => {
  await inProject(async (project) => {
    const first = await compile(project);
    await Deno.remove(first.module);
    assert.deepEqual(await compile(project), first);
    assert.ok((await Deno.stat(first.module)).isFile);
    await Deno.writeTextFile(first.module.replace(/\.ts$/, ".json"), '{"compi');
    assert.deepEqual(await compile(project), first);
    await Deno.writeTextFile(project.notebook, notebookOf(["//| loader: other\nconst n = 1;"]));
    const second = await compile(project);
    assert.notEqual(second.module, first.module);
    assert.deepEqual(second.pipeline.blocks.map(({ name }) => name), ["other"]);
  });
});

Deno.test("compileNotebook() may run many times at once", async () => {
  await inProject(async (project) => {
    const all = await Promise.all(Array.from({ length: 8 }, () => compile(project)));
    for (const one of all) assert.deepEqual(one, all[0]);
    const names = [...Deno.readDirSync(join(project.folder, ".sluice", "compiled"))].map((
      { name },
    ) => name);
    assert.equal(names.filter((name) => name.endsWith(".tmp")).length, 0);
  });
});

Deno.test("compileNotebook() gives a block a new hash when its code, shared code or local modules change", async () => {
  const cells = [
    "const size = () => 2;",
    "// a comment",
    ...CELLS.map((cell) => cell.replace("limit", "size()")),
  ];
  await inProject(async (project) => {
    const before = hashes(await compile(project));
    const change = async (edit: () => Promise<void>) => {
      await edit();
      const after = hashes(await compile(project));
      return Object.keys(after).filter((name) => after[name] !== before[name]);
    };
    const write = (changed: typeof cells) => () =>
      Deno.writeTextFile(project.notebook, notebookOf(changed));
    const one = join(project.folder, "blocks", "one.ts");
    assert.deepEqual(await change(() => Promise.resolve()), []);
    assert.deepEqual(
      await change(write(["// other", ...cells.toSpliced(1, 1)])),
      [],
      "a comment cell",
    );
    assert.deepEqual(
      await change(write([
        cells[0] ?? "",
        "",
        ...CELLS.map((cell) => cell.replace("limit", "size()")),
      ].map((cell) =>
        cell.replace("//| loader: load", "//| loader: load\n//| retry: { attempts: 2 }")
      ))),
      [],
      "a retry",
    );
    assert.deepEqual(await change(write(cells.map((cell) => cell.replace("=> 2", "=> 3")))), [
      "half",
    ], "shared code");
    assert.deepEqual(await change(write(cells.map((cell) => cell.replace("base, 2", "base, 4")))), [
      "load",
    ], "own code");
    await write(cells)();
    assert.deepEqual(await change(() => Deno.writeTextFile(one, "export const one: number = 9;")), [
      "load",
    ], "a module of a module, on a hit");
  }, cells);
});

Deno.test("compileNotebook() counts SQL files that code names", async () => {
  await inProject(async (project) => {
    const file = join(project.folder, "blocks", "q.sql");
    await Deno.writeTextFile(file, "select 1");
    const before = hashes(await compile(project));
    await Deno.writeTextFile(file, "select 2");
    assert.notDeepEqual(hashes(await compile(project)), before);
  }, ['//| loader: load\nconst text = "../blocks/q.sql";\nconsole.log(text);']);
});

Deno.test("compileNotebook() gives a module that can be imported and one block called by itself", async () => {
  await inProject(async (project) => {
    const { module } = await compile(project);
    const { default: pipeline, blocks } = await import(pathToFileURL(module).href);
    const made = await pipeline((_name: string, fallback: unknown) => fallback);
    assert.deepEqual(
      await made.half({ trips: [1, 2, 3, 4] }),
      undefined,
      "nobody reads what it defines",
    );
    assert.deepEqual(await made.load(), { trips: [1, 2, 3] });
    assert.deepEqual(blocks, {
      load: { kind: "loader", upstream: [] },
      half: { kind: "transformer", upstream: ["load"] },
    });
  });
});

Deno.test("compileNotebook() names sluice by its file where the project's import map has none", async () => {
  const cells = ['//| custom: a\nimport { when } from "sluice";\nwhen(true);'];
  await inProject(async (project) => {
    const read = async () => Deno.readTextFile((await compile(project)).module);
    const own = new URL("../../mod.ts", import.meta.url).href;
    assert.ok((await read()).includes(`import { when } from "${own}";`));
    const config = join(project.folder, "deno.json");
    await Deno.writeTextFile(config, '{ "imports": { "sluice": "./elsewhere.ts" } }');
    assert.ok(
      (await read()).includes(`from "${own}"`),
      "another Sluice would not share the run's context",
    );
    await Deno.writeTextFile(`${config}c`, "{}");
    await Deno.writeTextFile(config, `{ /* ours */ "imports": { "sluice": "${own}", }, }`);
    assert.ok((await read()).includes('import { when } from "sluice";'));
  }, cells);
});

Deno.test("compileNotebook() says what is wrong with a file", async () => {
  await inProject(async ({ folder }) => {
    await assert.rejects(
      compileNotebook(folder, { projectFolder: folder }),
      /is a folder; give a notebook in it/,
    );
    await assert.rejects(
      compileNotebook(join(folder, "x.ipynb"), { projectFolder: folder }),
      /there is no such notebook/,
    );
  });
});
