import assert from "node:assert/strict";
import { projectOf } from "./project_of.ts";
import { COMMANDS } from "../../runtime/commands/commands.ts";

/** Wrong use: one clear line on stderr, nothing on stdout, exit code 2. */
const WRONG_USE: readonly (readonly [args: readonly string[], stderr: string])[] = [
  [["grahp", "x"], "Unknown command 'grahp'; did you mean `graph`?\n"],
  [["run", "--vra", "a=1", "x"], "Unknown option '--vra'; did you mean `--var`?\n"],
  [["run"], "Missing required argument 'pipeline'\nSee deno task run --help\n"],
  [
    ["run", "a", "b"],
    "Too many arguments for 'run': Expected 1 argument but got 2: a, b\nSee deno task run --help\n",
  ],
  [
    ["run", "x", "--var", "novalue"],
    "Option '--var <name=value>' argument 'novalue' is invalid: write it as name=value\n",
  ],
  [
    ["run", "x", "--keep", "some"],
    "Option '--keep <which>' argument 'some' is invalid: Allowed choices are all, failed, none\n",
  ],
  [["run", "x", "--upstream"], "Cannot use --upstream alone: name the block with --block\n"],
  [["run", "exmaple"], "Cannot find pipeline exmaple; did you mean `example`?\n"],
  [
    ["graph", "notebooks"],
    "Cannot run notebooks: it is a folder, not a notebook; notebooks in it: binary.ipynb, example.ipynb\n",
  ],
  [["logs"], "Cannot show logs: nothing has run in this project yet\n"],
  [["resume", "x"], "Cannot resume: nothing has run in this project yet\n"],
  [["runs", "exmaple"], "Cannot find runs of exmaple; did you mean `example`?\n"],
  [
    ["clone", "example", "Bad Name"],
    "Cannot name a pipeline Bad Name: write small letters, digits and _, a letter first, as in bad_name\n",
  ],
  [["new", "example"], "Cannot make example: notebooks/example.ipynb is there already\n"],
  [["init", "notebooks"], "Cannot make a project in notebooks: the folder is not empty\n"],
];

const FILES = { "notebooks/example.ipynb": "{}", "notebooks/binary.ipynb": "\u0000\u0001" };

for (const [args, stderr] of WRONG_USE) {
  Deno.test(`sluice ${args.join(" ")} is wrong use`, async () => {
    using project = projectOf(FILES);
    assert.deepEqual(await project.call(args), { code: 2, stdout: "", stderr });
  });
}

Deno.test("sluice run of a file that is no notebook is one clear line", async () => {
  using project = projectOf(FILES);
  const { code, stdout, stderr } = await project.call(["run", "binary"]);
  assert.equal(code, 2);
  assert.equal(stdout, "");
  assert.match(stderr, /^notebooks\/binary\.ipynb: .*\n$/);
});

for (const name of Object.keys(COMMANDS)) {
  Deno.test(`sluice ${name} --help tells how it is used`, async () => {
    using project = projectOf();
    const { code, stdout, stderr } = await project.call([name, "--help"]);
    assert.deepEqual([code, stderr], [0, ""]);
    assert.match(stdout, new RegExp(`^Usage: deno task ${name} \\[options\\]`));
  });
}

Deno.test("sluice without a command lists them all, as does --help", async () => {
  using project = projectOf();
  const bare = await project.call([]);
  const help = await project.call(["--help"]);
  assert.deepEqual([bare.code, help.code], [2, 0]);
  assert.equal(bare.stdout, help.stdout);
  for (const name of Object.keys(COMMANDS)) {
    assert.match(help.stdout, new RegExp(`^  ${name} `, "m"));
  }
});

Deno.test("sluice tells an unforeseen error in one line without secrets, with SLUICE_DEBUG its stack", async () => {
  using project = projectOf({ ".sluice/history.db/s3cretvalue": "" });
  const env = { MY_PASSWORD: "s3cretvalue", SLUICE_HOME: "s3cretvalue" };
  const brief = await project.call(["run", "s3cretvalue.ipynb"], { env });
  assert.deepEqual(brief, {
    code: 2,
    stdout: "",
    stderr: "Cannot find ***.ipynb: no such file; there are no notebooks there\n",
  });
  const debug = await project.call(["runs"], { env: { ...env, SLUICE_DEBUG: "1" } });
  assert.equal(debug.code, 1);
  assert.match(debug.stderr, /^Error: Cannot open the run history .*\n\s+at /);
  const plain = await project.call(["runs"], { env });
  assert.match(plain.stderr, /^Cannot open the run history [^\n]*\n$/);
});
