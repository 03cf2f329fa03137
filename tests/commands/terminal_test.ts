import assert from "node:assert/strict";
import { notebookOf } from "../compile/notebook_of.ts";
import { FAILING, SLEEPING, SMALL } from "./notebooks.ts";
import { CLI, type Project, projectOf } from "./project_of.ts";

/** Starts the command line on a pseudo-terminal of 100 by 30, whose keyboard is the process's stdin. */
function onTerminal(project: Project, args: readonly string[]): Deno.ChildProcess {
  const words = [Deno.execPath(), "run", "-A", CLI, ...args].map((word) => `'${word}'`).join(" ");
  const command = `stty cols 100 rows 30; exec ${words}`;
  const { INIT_CWD: _folder, NO_COLOR: _colour, ...env } = Deno.env.toObject();
  return new Deno.Command("script", {
    args: Deno.build.os === "darwin"
      ? ["-q", "/dev/null", "sh", "-c", command]
      : ["-qec", command, "/dev/null"],
    cwd: project.folder,
    env: { ...env, INIT_CWD: project.folder, TERM: "xterm-256color" },
    clearEnv: true,
    stdin: "piped",
    stdout: "piped",
    stderr: "null",
  }).spawn();
}

/** Reads all that appears, calling `onText` with what has appeared so far. */
async function watch(process: Deno.ChildProcess, onText: (seen: string) => void = () => {}) {
  const decoder = new TextDecoder();
  let seen = "";
  for await (const chunk of process.stdout) {
    seen += decoder.decode(chunk, { stream: true });
    onText(seen);
  }
  const { code } = await process.status;
  return { code, seen };
}

/** The text without escape codes. */
function plain(seen: string): string {
  // deno-lint-ignore no-control-regex -- escape codes are what is looked for
  return seen.replaceAll(/\u001b\[[?0-9;]*[A-Za-z]/g, "").replaceAll("\r", "");
}

Deno.test("sluice run on a terminal ends with the blocks, the checks and how it went, in colour", async () => {
  using project = projectOf({ "notebooks/small.ipynb": SMALL });
  const process = onTerminal(project, ["run", "small"]);
  const { code, seen } = await watch(process);
  await process.stdin.close();
  assert.equal(code, 0);
  assert.ok(seen.includes("\u001b[32m✓\u001b[39m"), "signs are coloured");
  const text = plain(seen);
  assert.match(text, /^run \S+ of small started\n/);
  assert.match(text, /load │ loaded one\n(.*\n)*tell │ sum 6\n/);
  assert.match(
    text,
    /\n ✓ load +\d.* m?s\n ✓ add +\d.* m?s\n ✓ tell +\d.* m?s\n\n ✓ completed in /,
  );
  assert.match(text, / ✓ 1 check passed\n {3}✓ a sum add\n$/);
});

Deno.test("sluice run on a terminal shows a failure at its line and what to do next", async () => {
  using project = projectOf({ "notebooks/failing.ipynb": FAILING });
  const process = onTerminal(project, ["run", "failing"]);
  const { code, seen } = await watch(process);
  await process.stdin.close();
  assert.equal(code, 1);
  assert.match(
    plain(seen),
    /\n notebooks\/failing\.ipynb, cell 3 \(parse\), line 3:20: SyntaxError: [^\n]*\n {3}3 │ const value = JSON\.parse\(text\);\n {5}│ {20}\^\n\n what it printed: deno task logs \S+\n to go on from there: deno task resume \S+\n$/,
  );
});

Deno.test("sluice run on a terminal draws what goes on, and Ctrl-C on the keyboard cancels it", async () => {
  using project = projectOf({ "notebooks/sleeping.ipynb": SLEEPING });
  const process = onTerminal(project, ["run", "sleeping"]);
  const keyboard = process.stdin.getWriter();
  let isPressed = false;
  const { code, seen } = await watch(process, (seen) => {
    if (isPressed || !/⠙.* sleep .*0 of 1 blocks/s.test(plain(seen))) return;
    isPressed = true;
    void keyboard.write(new Uint8Array([3]));
  });
  await keyboard.close();
  assert.equal(code, 130);
  assert.match(plain(seen), / ■ sleep +\d.* m?s +cancelled\n\n ■ cancelled in /);
  assert.equal(
    seen.lastIndexOf("\u001b[?25h") > seen.lastIndexOf("\u001b[?25l"),
    true,
    "the cursor is back",
  );
});

Deno.test("sluice run on a terminal keeps console lines above the blocks", async () => {
  const talking = notebookOf([
    "//| loader: talk\nfor (let line = 1; line <= 40; line++) {\n  console.log(`line ${line}`);\n" +
    "  await new Promise((next) => setTimeout(next, 10));\n}",
  ]);
  using project = projectOf({ "notebooks/talking.ipynb": talking });
  const process = onTerminal(project, ["run", "talking"]);
  const { code, seen } = await watch(process);
  await process.stdin.close();
  assert.equal(code, 0);
  const printed = plain(seen).match(/talk │ line \d+/g);
  assert.deepEqual(printed, Array.from({ length: 40 }, (_, at) => `talk │ line ${at + 1}`));
});
