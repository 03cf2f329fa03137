import assert from "node:assert/strict";
import { FAILING, SMALL } from "./notebooks.ts";
import { testWith, type Tool } from "../services/tools.ts";
import { projectOf } from "./project_of.ts";

const CASES: readonly (readonly [words: readonly string[], candidates: readonly string[]])[] = [
  [["ru"], ["run", "runs"]],
  [["mine"], []],
  [["mi"], ["mine"]],
  [["run", ""], ["failing", "small"]],
  [["run", "sm"], ["small"]],
  [["run", "small", "--ke"], ["--keep"]],
  [["run", "small", "--keep", ""], ["all", "failed", "none"]],
  [["run", "small", "--var", ""], ["first=", "word="]],
  [["run", "small", "-b", "t"], ["tell"]],
  [["new", "x", "--template", "api"], ["api-to-postgres", "api-to-parquet"]],
  [["trigger", "ni"], ["nightly"]],
  [["trigger", "nightly", "--var", "wo"], ["word="]],
  [["triggers", "--enable", ""], ["nightly"]],
  [["nonsense", ""], []],
];

Deno.test("sluice completions gives what may stand next", async (test) => {
  using project = projectOf({
    "deno.json": JSON.stringify({ tasks: { mine: "true" } }),
    "notebooks/failing.ipynb": FAILING,
    "notebooks/small.ipynb": SMALL,
    "triggers.yaml": "triggers: { nightly: { pipeline: small, api: {} } }\n",
  });
  const calls = CASES.map(([words]) => ["completions", "bash", "--", ...words]);
  const finished = await project.callEach(calls);
  for (const [at, [words, candidates]] of CASES.entries()) {
    await test.step(`of "${words.join(" ")}": ${candidates.join(" ") || "none"}`, () => {
      const { code, stdout, stderr } = finished[at]!;
      assert.deepEqual([code, stdout.split("\n").filter(Boolean), stderr], [0, candidates, ""]);
    });
  }
});

Deno.test("sluice completions knows run ids", async () => {
  using project = projectOf({ "notebooks/failing.ipynb": FAILING });
  const { run } = JSON.parse((await project.call(["run", "failing", "--json"])).stdout);
  const { stdout } = await project.call(["completions", "fish", "--", "resume", run.slice(0, 4)]);
  assert.equal(stdout, `${run}\n`);
});

/** What a person types after `deno task`, and the program that shows what a shell makes of it. */
const SHELLS: Readonly<Record<string, string>> = {
  bash: "source ./script\nCOMP_WORDS=(deno task run sm)\nCOMP_CWORD=3\n_sluice deno sm run\n" +
    'echo "${COMPREPLY[@]}"',
  // The words and the taker that zsh's own line editor would give.
  zsh: "autoload -Uz compinit && compinit -D\nsource ./script\n" +
    'compadd() { shift; print -l -- "${(P)1[@]}" }\n' +
    "words=(deno task run sm)\nCURRENT=4\n$_comps[deno]",
  fish: 'source ./script\ncomplete -C "deno task run sm"',
};

for (const [shell, typed] of Object.entries(SHELLS)) {
  const name = `sluice completions ${shell} prints a script that ${shell} completes with`;
  testWith(name, toolOf(shell), async () => {
    using project = projectOf({ "notebooks/small.ipynb": SMALL });
    const script = await project.call(["completions", shell]);
    assert.equal(script.code, 0);
    project.write("script", script.stdout);
    const { stdout, stderr } = await new Deno.Command(shell, {
      args: ["-c", typed],
      cwd: project.folder,
      env: {
        INIT_CWD: project.folder,
        HOME: project.folder,
        PATH: `${Deno.execPath().replace(/\/[^/]*$/, "")}:${Deno.env.get("PATH")}`,
      },
    }).output();
    const decoder = new TextDecoder();
    assert.deepEqual([decoder.decode(stdout), decoder.decode(stderr)], ["small\n", ""]);
  });
}

function toolOf(shell: string): Tool<true> {
  const { success } = new Deno.Command("sh", {
    args: ["-c", `command -v ${shell}`],
    stdout: "null",
  }).outputSync();
  return success ? { found: true } : { install: shell };
}
