import assert from "node:assert/strict";
import { FAILING, SMALL } from "./notebooks.ts";
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

for (const [words, candidates] of CASES) {
  Deno.test(`sluice completions of "${words.join(" ")}": ${candidates.join(" ") || "none"}`, async () => {
    using project = projectOf({
      "deno.json": JSON.stringify({ tasks: { mine: "true" } }),
      "notebooks/failing.ipynb": FAILING,
      "notebooks/small.ipynb": SMALL,
      "triggers.yaml": "triggers: { nightly: { pipeline: small, api: {} } }\n",
    });
    const { code, stdout } = await project.call(["completions", "bash", "--", ...words]);
    assert.deepEqual([code, stdout.split("\n").filter(Boolean)], [0, candidates]);
  });
}

Deno.test("sluice completions knows run ids", async () => {
  using project = projectOf({ "notebooks/failing.ipynb": FAILING });
  const { run } = JSON.parse((await project.call(["run", "failing", "--json"])).stdout);
  const { stdout } = await project.call(["completions", "fish", "--", "resume", run.slice(0, 4)]);
  assert.equal(stdout, `${run}\n`);
});

Deno.test("sluice completions bash prints a script that bash completes with", async () => {
  using project = projectOf({ "notebooks/small.ipynb": SMALL });
  const script = await project.call(["completions", "bash"]);
  assert.equal(script.code, 0);
  project.write("complete.bash", script.stdout);
  const typed =
    "source complete.bash\nCOMP_WORDS=(deno task run sm)\nCOMP_CWORD=3\n_sluice deno sm run\n" +
    'echo "${COMPREPLY[@]}"';
  const { stdout } = await new Deno.Command("bash", {
    args: ["-c", typed],
    cwd: project.folder,
    env: {
      INIT_CWD: project.folder,
      PATH: `${Deno.execPath().replace(/\/[^/]*$/, "")}:${Deno.env.get("PATH")}`,
    },
  }).output();
  assert.equal(new TextDecoder().decode(stdout), "small\n");
});
