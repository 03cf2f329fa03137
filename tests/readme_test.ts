/** Runs what the README shows: its cells compile, type-check and run; its commands exit with 0. @module */
import assert from "node:assert/strict";
import { dirname, join, resolve } from "node:path";
import { notebookOf } from "./compile/notebook_of.ts";
import { SMALL } from "./commands/notebooks.ts";
import { serve } from "./serve/served.ts";

const root = resolve(import.meta.dirname!, "..");
const readme = await Deno.readTextFile(join(root, "README.md"));

/** `demo` and `test` are CI's own, in full; what makes a notebook or changes Jupyter has tests of its own. */
const RUN_ELSEWHERE = /^deno task (new|demo|test|bench|kernel|lab)\b/;

interface Fence {
  readonly language: string;
  readonly text: string;
}

/** The fenced blocks, those in lists without their indent. */
function fences(): Fence[] {
  return [...readme.matchAll(/^( *)```(\S+.*)\n([\s\S]*?)\n\1```$/gm)].map(
    ([, indent, language, text]) => ({
      language: language!,
      text: text!.split("\n").map((line) => line.slice(indent!.length)).join("\n"),
    }),
  );
}

async function task(args: readonly string[]) {
  const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["task", ...args],
    cwd: root,
  }).output();
  const decoder = new TextDecoder();
  return { code, stdout: decoder.decode(stdout), stderr: decoder.decode(stderr) };
}

Deno.test("the README's cells are a pipeline that runs on a file of passengers", async () => {
  const folder = await Deno.makeTempDir({ dir: join(root, "notebooks"), prefix: ".readme_" });
  try {
    const cells = fences().filter(({ language }) => /^(ts|sql)\b/.test(language));
    const order = (fence: Fence) =>
      fence.language === "ts parameters" ? 0 : fence.text.startsWith("import") ? 1 : 2;
    const sorted = [...cells].sort((a, b) => order(a) - order(b));
    const notebook = join(folder, "readme.ipynb");
    await Deno.writeTextFile(
      notebook,
      notebookOf(
        sorted.map(({ language, text }) => ({
          source: text.replaceAll(`"../blocks`, `"../../blocks`),
          ...(language === "ts parameters" ? { tags: ["parameters"] } : {}),
        })),
      ),
    );
    const checked = await task(["check", notebook]);
    assert.equal(checked.code, 0, checked.stdout + checked.stderr);

    const source = join(folder, "titanic.csv");
    await Deno.writeTextFile(source, TITANIC);
    const target = join(folder, "adults.parquet");
    const vars = ["--var", `source=${source}`, "--var", `target=${target}`];
    const ran = await task(["run", notebook, ...vars, "--json"]);
    assert.equal(ran.code, 0, ran.stderr);
    const { blocks } = JSON.parse(ran.stdout);
    const blockOf = (name: string) => blocks.find((block: { name: string }) => block.name === name);
    assert.equal(blockOf("load_titanic").rows, 3);
    assert.equal(blockOf("keep_adults").rows, 2);
    assert.equal(blockOf("count_by_class").status, "completed");
    assert.ok((await Deno.stat(target)).size > 0);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

for (const command of fences().filter(({ language }) => language === "sh").flatMap(linesOf)) {
  Deno.test(`the README's command works: ${command}`, async () => {
    const result = await task(command.split(" ").slice(2));
    assert.equal(result.code, 0, result.stdout + result.stderr);
  });
}

Deno.test("the README's curl lines, as they stand, are answered by a server", async () => {
  await using served = await serve({ example_pipeline: SMALL, api_to_postgres: SMALL });
  await Deno.copyFile(join(root, "triggers.yaml"), join(served.folder, "triggers.yaml"));
  const triggers = `deno run -A --config ${join(root, "deno.json")} ` +
    `${join(root, "runtime", "cli.ts")} triggers`;
  await Deno.writeTextFile(
    join(served.folder, "deno.json"),
    JSON.stringify({ tasks: { triggers } }),
  );
  const [block] = fences().filter(({ language }) => language === "sh curl");
  assert.ok(block);
  const lines = block.text.replace("http://127.0.0.1:6789", served.server.url);
  const { code, stdout, stderr } = await new Deno.Command("bash", {
    // Each answer on a line of its own; the first that refuses ends it.
    args: ["-euc", `curl() { command curl -sS --fail-with-body "$@"; echo; }\n${lines}`],
    cwd: served.folder,
    env: { PATH: `${dirname(Deno.execPath())}:${Deno.env.get("PATH")}` },
  }).output();
  const answers = new TextDecoder().decode(stdout);
  assert.equal(code, 0, answers + new TextDecoder().decode(stderr));
  const parsed = answers.split("\n").filter((line) => line !== "").map((line) => JSON.parse(line));
  assert.equal(parsed.length, block.text.match(/^curl/gm)?.length);
  const started = parsed.filter(({ isNew }) => isNew === true);
  assert.equal(started.length, 3, "a run, a firing and a webhook");
});

function linesOf({ text }: Fence): string[] {
  return text.split("\n").map((line) => line.replace("npx -y deno@2.9.6", "deno"))
    .filter((line) => line.startsWith("deno task ") && !RUN_ELSEWHERE.test(line));
}

const TITANIC = `PassengerId,Survived,Pclass,Name,Sex,Age,SibSp,Parch,Ticket,Fare,Cabin,Embarked
1,0,3,"Braund, Mr. Owen Harris",male,22,1,0,A/5 21171,7.25,,S
2,1,3,"Heikkinen, Miss. Laina",female,26,0,0,STON/O2. 3101282,7.925,,S
3,1,3,"Sandstrom, Miss. Marguerite Rut",female,4,1,1,PP 9549,16.7,G6,S
`;
