/** Commands that ask for runs: of the project's running server, and without one. @module */
import assert from "node:assert/strict";
import { join } from "node:path";
import { notebookOf, parametersOf } from "../compile/notebook_of.ts";
import { firstLine, until } from "../e2e/watching.ts";
import { findServer } from "../../runtime/serve/server_file.ts";
import { isRunning } from "./going.ts";
import { FAILING, SLEEPING, SMALL } from "./notebooks.ts";
import { type Project, projectOf } from "./project_of.ts";

const TRIGGERS = `triggers:
  # by hand alone
  nightly: { pipeline: small, enabled: false, schedule: "@daily", variables: { first: 4 } }
  alone: { pipeline: sleeping, enabled: false, api: {}, concurrency: skip }
  hook: { pipeline: small, enabled: false, api: {} }
  odd: { pipeline: failing, enabled: false, api: {} }
`;

/** Tells the day that it is for, and fails on even days unless it is told better. */
const DAYS = notebookOf([
  parametersOf("const evenToo = false;"),
  '//| loader: load\nimport { run } from "sluice";\n' +
  'if (!evenToo && run.executionDate.day % 2 === 0) throw new Error("an even day");',
]);

function project(): Project {
  return projectOf({
    "notebooks/small.ipynb": SMALL,
    "notebooks/failing.ipynb": FAILING,
    "notebooks/sleeping.ipynb": SLEEPING,
    "notebooks/days.ipynb": DAYS,
    "triggers.yaml": TRIGGERS,
  });
}

const TWO_DAYS = ["days", "--start", "2024-01-12", "--end", "2024-01-13"];

for (const isServed of [true, false]) {
  const where = isServed ? "through the running server" : "without a server";
  Deno.test(`sluice trigger, retry, cancel, resume and backfill ${where}`, async (test) => {
    using own = project();
    const server = isServed ? own.start(["serve", "--port", "0"]) : undefined;
    if (server) await firstLine(server, /Sluice serves/);
    const call = (...args: readonly string[]) => own.call(args);
    const runs = async () => JSON.parse((await call("runs", "--json")).stdout);

    await test.step("a trigger is fired, enabled or not, and its run waited for", async () => {
      const fired = await call("trigger", "nightly", "--var", "word=two");
      assert.equal(fired.code, 0, fired.stderr);
      assert.match(fired.stdout, /^Run (\S+) of small/);
      assert.match(fired.stdout, /^✓ \S+ \S+ {2}small {2}completed · .* \S+$/m);
      assert.equal(/ at http:\/\/127\.0\.0\.1:\d+\n/.test(fired.stdout), isServed);
      const [{ run, status }] = await runs();
      assert.equal(status, "completed");
      assert.match((await call("logs", run)).stdout, /loaded two[^]*sum 9/);
    });

    await test.step("a run that failed is retried, and resumed where it was executed", async () => {
      const fired = await call("trigger", "odd", "--json");
      assert.equal(fired.code, 1, fired.stderr);
      const failed = JSON.parse(fired.stdout);
      assert.equal(failed.status, "failed");
      const again = await call("retry", failed.run);
      assert.equal(again.code, 1, again.stderr);
      assert.match(again.stdout, /✗ .* failed .*: parse: .*SyntaxError/);
      const [{ run }] = await runs();
      assert.notEqual(run, failed.run);
      const resumed = await call("resume", run, "--var", "text=[1]", "--json");
      assert.equal(resumed.code, 0, resumed.stderr);
      assert.deepEqual(
        [JSON.parse(resumed.stdout).run, JSON.parse(resumed.stdout).status],
        [run, "completed"],
      );
    });

    await test.step("a backfill is run, and what failed of it retried", async () => {
      const ran = await call("backfill", ...TWO_DAYS, "--json");
      assert.equal(ran.code, 1, ran.stderr);
      const { backfill, status } = JSON.parse(ran.stdout);
      assert.equal(status, "failed");
      const again = await call("retry", backfill);
      assert.equal(again.code, 1, again.stderr);
      assert.match(again.stdout, /^Backfill \S+ asks for 2 runs/);
      assert.match(
        again.stdout,
        /^Backfill \S+: 2 runs, (1 failed, 1 completed|1 completed, 1 failed)$/m,
      );
      assert.equal((await runs()).length, 6);
    });

    await test.step("what has ended is not cancelled", async () => {
      const [{ run }] = await runs();
      const cancelled = await call("cancel", run);
      assert.equal(cancelled.code, 2);
      assert.match(cancelled.stderr, /it has ended already \((failed|completed)\)/);
    });

    await test.step("what cannot be is one line that says what to do", async () => {
      const cases: [string[], RegExp][] = [
        [["trigger", "nihgtly"], /^Cannot find trigger nihgtly; did you mean `nightly`\?\n$/],
        [["trigger", "nightly", "--var", "frist=1"], /^Cannot set frist: small has no such param/],
        [["cancel", "nope"], /^Cannot find run nope; the latest is /],
        [["retry", "nope"], /^Cannot find run nope/],
        [["triggers", "--enable", "hok"], /^Cannot find trigger hok; did you mean `hook`\?\n$/],
        [["triggers", "--token", "nightly"], /^Cannot make a token of nightly: it fires by sched/],
      ];
      const left: [string[], RegExp][] = isServed ? [] : [
        [["trigger", "nightly", "--no-wait"], /^Cannot leave runs to a server: none runs/],
      ];
      const all = [...cases, ...left];
      const finished = await own.callEach(all.map(([args]) => args));
      for (const [at, { code, stderr }] of finished.entries()) {
        assert.deepEqual([code, stderr.split("\n").length], [2, 2], stderr);
        assert.match(stderr, all[at]![1]);
      }
    });

    await test.step("a trigger is switched on and off; the file keeps its comments", async () => {
      const on = await call("triggers", "--enable", "nightly");
      assert.deepEqual([on.code, on.stdout], [0, "nightly is enabled\n"]);
      const changed = TRIGGERS.replace("small, enabled: false", "small, enabled: true");
      assert.equal(own.read("triggers.yaml"), changed);
      if (isServed) {
        await until(
          async () => / \d{4}-\d\d-\d\d 00:00:00$/m.test((await call("triggers")).stdout),
          "the server tells when it fires next",
        );
      }
      await call("triggers", "--disable", "nightly");
      assert.equal(own.read("triggers.yaml"), TRIGGERS);
    });

    server?.kill("SIGTERM");
    assert.equal((await server?.status)?.code ?? 0, 0);
  });
}

Deno.test("sluice trigger leaves a run to the server, whose Ctrl-C ends it, as cancel does", async () => {
  using own = project();
  const server = own.start(["serve", "--port", "0"]);
  await firstLine(server, /Sluice serves/);

  const left = await own.call(["trigger", "alone", "--no-wait", "--json"]);
  assert.equal(left.code, 0, left.stderr);
  const { run } = JSON.parse(left.stdout);
  const skipped = await own.call(["trigger", "alone"]);
  assert.equal(skipped.stdout, `Skipped: run ${run} of alone still goes on\n`);
  const cancelled = await own.call(["cancel", run.slice(-5)]);
  assert.deepEqual([cancelled.code, cancelled.stdout], [0, `Cancelled run ${run}\n`]);

  const waiting = own.start(["trigger", "alone"]);
  const output = waiting.output();
  await until(() => isRunning(own), "the second run goes on");
  waiting.kill("SIGINT");
  const { code, stdout } = await output;
  assert.equal(code, 130);
  assert.match(new TextDecoder().decode(stdout), /^■ .* cancelled/m);

  const days = ["sleeping", "--start", "2024-01-01", "--end", "2024-01-03", "--no-wait"];
  const asked = await own.call(["backfill", ...days, "--name", "three days", "--json"]);
  const { backfill, runs } = JSON.parse(asked.stdout);
  assert.equal(runs.length, 3);
  const ended = await own.call(["cancel", backfill]);
  assert.equal(ended.stdout, `Cancelled backfill ${backfill}\n`);
  const [row] = JSON.parse((await own.call(["backfills", "--json"])).stdout);
  assert.deepEqual([row.name, row.status], ["three days", "cancelled"]);

  const found = await findServer(own.folder);
  const file = join(own.folder, ".sluice", "server.json");
  Deno.writeTextFileSync(file, `${JSON.stringify({ ...found, token: "another" })}\n`);
  const refused = await own.call(["trigger", "nightly"]);
  assert.equal(refused.code, 1);
  assert.match(
    refused.stderr,
    /^Cannot ask the server at http:\S+ \(process \d+\): it refuses the tok/,
  );

  server.kill("SIGTERM");
  await server.status;
});

Deno.test("sluice trigger waits for all tries of a run", async () => {
  using own = projectOf({
    "notebooks/flaky.ipynb": notebookOf([
      '//| loader: load\nimport { appendFileSync, readFileSync } from "node:fs";\n' +
      'appendFileSync("tries.txt", "x");\n' +
      'if (readFileSync("tries.txt", "utf8").length < 4) throw new Error("not yet");',
    ]),
    "triggers.yaml":
      "triggers: { flaky: { pipeline: flaky, api: {}, retry: { attempts: 5, delay: 1ms } } }\n",
  });
  const { code, stdout, stderr } = await own.call(["trigger", "flaky"]);
  assert.equal(code, 0, stdout + stderr);
  assert.match(stdout, /^✓ \S+ \S+ {2}flaky {2}completed/m);
  assert.equal(own.read("tries.txt"), "xxxx");
});

Deno.test("sluice trigger says so when the server ends while it waits", async () => {
  using own = project();
  const server = own.start(["serve", "--port", "0"]);
  await firstLine(server, /Sluice serves/);
  const waiting = own.start(["trigger", "alone"]);
  const output = waiting.output();
  await until(() => isRunning(own), "the run goes on");
  server.kill("SIGKILL");
  await server.status;
  const { code, stderr } = await output;
  assert.equal(code, 1);
  assert.match(new TextDecoder().decode(stderr), /^Cannot wait for run \S+: the server has ended/);
});
