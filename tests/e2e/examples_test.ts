/** The example notebooks of one idea each, run as a person runs them. @module */
import assert from "node:assert/strict";
import { join, resolve } from "node:path";

const root = resolve(import.meta.dirname!, "..", "..");

interface Seen {
  readonly code: number;
  readonly stderr: string;
  readonly run: string;
  readonly status: string;
  /** By block name. */
  readonly statuses: Readonly<Record<string, string>>;
}

async function runExample(name: string, variables: Readonly<Record<string, unknown>>) {
  const given = Object.entries(variables).flatMap(([key, value]) => ["--var", `${key}=${value}`]);
  const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["task", "--config", join(root, "deno.json"), "run", name, ...given, "--json"],
    cwd: root,
    env: { NO_COLOR: "1" },
  }).output();
  const text = new TextDecoder().decode(stdout);
  assert.notEqual(text, "", new TextDecoder().decode(stderr));
  const { run, status, blocks } = JSON.parse(text);
  const statuses = Object.fromEntries(
    blocks.map((block: { name: string; status: string }) => [block.name, block.status]),
  );
  return { code, stderr: new TextDecoder().decode(stderr), run, status, statuses } as Seen;
}

async function linesOf(path: string): Promise<string[]> {
  return (await Deno.readTextFile(path)).trim().split("\n");
}

async function inFolder(work: (folder: string) => Promise<void>): Promise<void> {
  const folder = await Deno.makeTempDir();
  await work(folder);
  await Deno.remove(folder, { recursive: true });
}

Deno.test("conditional_example leaves out the branch whose condition does not hold", async () => {
  await inFolder(async (folder) => {
    const both = await runExample("conditional_example", { folder: `${folder}/both` });
    assert.deepEqual([...new Set(Object.values(both.statuses))], ["completed"]);
    assert.equal((await linesOf(`${folder}/both/large_orders.csv`)).length, 2);
    const one = await runExample("conditional_example", { folder: `${folder}/one`, large: 1000 });
    assert.deepEqual([one.code, one.status], [0, "completed"]);
    assert.deepEqual(one.statuses, {
      load_orders: "completed",
      pick_large_orders: "condition_failed",
      export_large_orders: "condition_failed",
      export_all_orders: "completed",
    });
    assert.deepEqual((await Array.fromAsync(Deno.readDir(`${folder}/one`))).map((f) => f.name), [
      "orders.csv",
    ]);
  });
});

Deno.test("dynamic_example writes a file for each city that it found", async () => {
  await inFolder(async (folder) => {
    const { status } = await runExample("dynamic_example", { folder });
    assert.equal(status, "completed");
    const sizes: Record<string, number> = {};
    for await (const { name } of Deno.readDir(folder)) {
      sizes[name] = (await linesOf(join(folder, name))).length - 1;
    }
    assert.deepEqual(sizes, { "Lima.csv": 1, "Oslo.csv": 2, "Pune.csv": 1 });
  });
});

Deno.test("sensor_example loads the file once it is there", async () => {
  await inFolder(async (folder) => {
    const { statuses, status } = await runExample("sensor_example", { folder });
    assert.equal(status, "completed");
    assert.equal(statuses.wait_for_orders, "completed");
    assert.equal((await linesOf(`${folder}/orders.csv`)).length, 3);
  });
});

Deno.test("callback_example tells of success and of failure, with the reason", async () => {
  await inFolder(async (folder) => {
    const well = await runExample("callback_example", { folder });
    const badly = await runExample("callback_example", { folder, smallest: 10 });
    assert.deepEqual([well.code, well.status], [0, "completed"]);
    assert.deepEqual([badly.code, badly.status], [1, "failed"]);
    const told = (await linesOf(`${folder}/told.ndjson`)).map((line) => JSON.parse(line));
    assert.deepEqual(told[0], { outcome: "completed", why: null });
    assert.match(told[1].why, /Check failed: no order is too small \(not in 1 of 4 rows\)/);
    // The export that failed left what stood there.
    assert.equal((await linesOf(`${folder}/orders.csv`)).length, 5);
  });
});
