/** Whose lines are whose: of blocks side by side, of runs side by side, of what blocks start. @module */
import assert from "node:assert/strict";
import { registerSecret } from "../../runtime/io/profiles/redact.ts";
import type { RunStore } from "../../runtime/run/run_store.ts";
import { superviseRun } from "../../runtime/run/supervise_run.ts";
import { Project } from "./project.ts";

Deno.test("superviseRun() keeps the lines of blocks and of runs at once apart", async () => {
  await using project = new Project();
  const compiled = await project.write(
    { blocks: [{ name: "one" }, { name: "two" }] },
    `
    const label = given("label", "none");
    async function print(name) {
      console.group(name);
      for (let line = 0; line < 20; line++) {
        await new Promise((resolve) => setTimeout(resolve, Math.random() * 3));
        console.log(label, run.variables.label, line);
      }
      console.groupEnd();
    }
    async function one() { await print("one"); }
    async function two() { await print("two"); }
  `,
    `import { run } from "sluice";`,
  );
  const labelled = {
    ...compiled,
    pipeline: {
      ...compiled.pipeline,
      parameters: [{ name: "label", cell: 1, source: '"none"' }],
    },
  };
  const labels = ["first", "second"];
  const results = [];
  for (const label of labels) results.push(project.run(labelled, { variables: { label } }));
  for (const [at, result] of (await Promise.all(results)).entries()) {
    assert.equal(result.status, "completed");
    for (const block of ["one", "two"]) {
      const expected = Array.from(
        { length: 20 },
        (_, line) => `  ${labels[at]} ${labels[at]} ${line}`,
      );
      assert.deepEqual(await project.logsOf(result.run, block), [block, ...expected]);
    }
    assert.deepEqual(await project.logsOf(result.run), []);
  }
});

Deno.test("superviseRun() takes raw writes, partial lines and the output of child processes", async () => {
  await using project = new Project();
  const compiled = await project.write(
    { blocks: [{ name: "raw" }] },
    `
    const bytes = (text) => new TextEncoder().encode(text);
    async function raw() {
      Deno.stdout.writeSync(bytes("a line in "));
      await Deno.stdout.write(bytes("two parts\\nno end"));
      await new Promise((resolve) => setTimeout(resolve, 20));
      const writer = Deno.stderr.writable.getWriter();
      await writer.write(bytes("to stderr\\n"));
      console.table([{ a: 1 }]);
      console.error("%s is %d", "x", 1);
      const args = ["eval", "console.log('from a child')"];
      await new Deno.Command(Deno.execPath(), { args, stdout: "inherit" }).spawn().status;
    }
  `,
  );
  const result = await project.run(compiled);
  const logs = await project.store.listLogs(result.run, { block: "raw" });
  const lines = logs.map(({ stream, text }) => `${stream} ${text}`);
  assert.deepEqual(lines.filter((line) => !/[┌┐└┘├┤]/.test(line)), [
    "stdout a line in two parts",
    "stdout no end",
    "stderr to stderr",
    "stdout │ (idx) │ a │",
    "stdout │     0 │ 1 │",
    "stderr x is 1",
  ]);
  assert.deepEqual(await project.logsOf(result.run), ["from a child"]);
});

Deno.test("superviseRun() redacts secrets in lines and errors", async () => {
  await using project = new Project();
  const redact = new URL("../../runtime/io/profiles/redact.ts", import.meta.url).href;
  const compiled = await project.write(
    { blocks: [{ name: "leak" }] },
    `
    registerSecret("correct horse");
    async function leak() { console.log("it is correct horse"); throw new Error("not correct horse"); }
  `,
    `import { registerSecret } from "${redact}";`,
  );
  registerSecret("never in this process");
  const result = await project.run(compiled);
  assert.deepEqual(await project.logsOf(result.run, "leak"), ["it is ***"]);
  assert.match(result.blocks[0]?.error ?? "", /^not \*\*\*/);
});

Deno.test("superviseRun() stores thousands of lines in order, and long ones whole", async () => {
  await using project = new Project();
  const compiled = await project.write(
    { blocks: [{ name: "talk" }] },
    `
    async function talk() {
      for (let line = 0; line < 5000; line++) console.log(line);
      console.log("🐎".repeat(50_000));
    }
  `,
  );
  const result = await project.run(compiled);
  const lines = await project.logsOf(result.run, "talk");
  assert.equal(lines.pop(), "🐎".repeat(50_000));
  assert.deepEqual(lines, Array.from({ length: 5000 }, (_, line) => String(line)));
});

Deno.test("superviseRun() redacts secrets in checks, reasons and what is shown", async () => {
  await using project = new Project();
  const redact = new URL("../../runtime/io/profiles/redact.ts", import.meta.url).href;
  const compiled = await project.write(
    { blocks: [{ name: "tell" }, { name: "end" }] },
    `
    registerSecret("correct <horse>");
    async function tell() {
      check("with correct <horse>", true);
      show(tableFromRows([{ a: "correct <horse>" }]), { title: "of correct <horse>" });
    }
    async function end() { when(false, "for correct <horse>"); }
    `,
    `import { registerSecret } from "${redact}";
    import { check, show, tableFromRows, when } from "sluice";`,
  );
  const result = await project.run(compiled);
  assert.deepEqual(result.blocks.map(({ status }) => status), ["completed", "condition_failed"]);
  assert.deepEqual(result.blocks[0]?.checks, [{ name: "with ***", passed: true }]);
  const [shown] = await project.store.listArtifacts(result.run);
  assert.equal(shown?.title, "of ***");
  const written = JSON.stringify([
    project.events,
    shown,
    await project.store.listBlockRuns(result.run),
  ]);
  assert.match(written, /for \*\*\*/);
  assert.doesNotMatch(written, /horse/);
});

Deno.test("superviseRun() redacts what is given to variables with a secret's name", async () => {
  await using project = new Project();
  const compiled = await project.write(
    { blocks: [{ name: "tell" }], parameters: { api_token: '""', sort_key: '""' } },
    `
    const api_token = given("api_token", "");
    const sort_key = given("sort_key", "");
    async function tell() {
      console.log(api_token, "by", sort_key);
      throw new Error("refused " + api_token);
    }
    `,
  );
  const variables = { api_token: "tok-7f3a-99", sort_key: "borough" };
  const result = await project.run(compiled, { variables });
  assert.deepEqual(await project.logsOf(result.run, "tell"), ["*** by borough"]);
  assert.match(result.blocks[0]?.error ?? "", /^refused \*\*\*/);
  assert.doesNotMatch(JSON.stringify([result, project.events]), /tok-7f3a/);
});

Deno.test("superviseRun() writes a run's last lines before that it has ended", async () => {
  await using project = new Project();
  const compiled = await project.write(
    { blocks: [{ name: "last", kind: "exporter" }] },
    `async function last() { console.log("the last line"); }`,
  );
  const written: string[] = [];
  const store: RunStore = {
    ...project.store,
    writer(lease) {
      const writer = project.store.writer(lease);
      return {
        ...writer,
        async addLogs(lines) {
          await writer.addLogs(lines);
          written.push(...lines.map(({ text }) => text));
        },
        async endRun(ended) {
          await writer.endRun(ended);
          written.push(ended.status);
        },
      };
    },
  };
  await superviseRun({ compiled, projectFolder: project.folder }, { store });
  assert.deepEqual(written, ["the last line", "completed"]);
});
