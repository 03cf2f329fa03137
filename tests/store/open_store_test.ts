import assert from "node:assert/strict";
import { DatabaseSync } from "node:sqlite";
import type { PlannedBlock } from "../../runtime/run/plan.ts";
import { LeaseLostError, type NewRun, type RunStore } from "../../runtime/run/run_store.ts";
import { openStore } from "../../runtime/store/open_store.ts";

class Folder implements AsyncDisposable {
  readonly path = Deno.makeTempDirSync({ prefix: "sluice-store-" });
  readonly store: RunStore = openStore(this.path);

  async [Symbol.asyncDispose](): Promise<void> {
    this.store.close();
    await Deno.remove(this.path, { recursive: true });
  }
}

function runOf(id: string, more: Partial<NewRun> = {}): NewRun {
  return {
    id,
    pipeline: "sample",
    notebook: "/p/sample.ipynb",
    createdAt: 1000,
    executionDate: "2024-03-01T00:00:00+00:00[UTC]",
    interval: { start: "2024-03-01", end: "2024-03-02" },
    variables: { url: "x" },
    profile: "dev",
    event: { file: "a.csv" },
    block: null,
    hasUpstream: false,
    keep: "all",
    ...more,
  };
}

const blocks: readonly PlannedBlock[] = ["load", "clean", "beside"].map((name) => ({
  name,
  kind: "transformer",
  upstream: name === "clean" ? ["load"] : [],
  action: "run",
  reason: null,
  attemptsBefore: 0,
  fingerprint: { code: name, parameters: {}, upstream: {}, whole: name },
}));

const LONG = 60_000;

function endOf(block: string, status: "completed" | "failed") {
  return {
    block,
    element: null,
    kind: "transformer",
    status,
    at: 3000,
    ms: 1000,
    attempts: 1,
    rows: 12,
    error: status === "failed" ? "broken" : null,
    reason: null,
    peakRssBytes: 5,
    saved: [{ name: "trips", rows: 12, bytes: 100, value: "[1]" }],
    lastAttempt: { startedAt: 2000, status },
  } as const;
}

Deno.test("openStore() keeps a run, its blocks, tries, checks, artifacts, outputs and logs", async () => {
  await using folder = new Folder();
  const { store } = folder;
  const lease = await store.createRun(runOf("a"), blocks, LONG);
  const writer = store.writer(lease);
  const key = { block: "load", element: null };
  await writer.startRun(2000);
  await writer.startAttempt({ ...key, kind: "transformer", attempt: 1, at: 2000 });
  await writer.addChecks(key, 1, [{ name: "rows", passed: false, rows: 3, failedRows: 1 }]);
  await writer.addArtifact(key, 1, { title: undefined, data: { "text/plain": "x" } });
  await writer.addLogs([
    { type: "log", at: 1, block: "load", attempt: 1, stream: "stdout", text: "one" },
    { type: "log", at: 2, stream: "stderr", text: "two" },
  ]);
  await writer.endBlock(endOf("load", "completed"));
  await writer.endRun({ status: "completed", at: 4000, ms: 2000, error: null, peakRssBytes: 7 });

  assert.deepEqual(await store.findRun("a"), {
    ...runOf("a"),
    status: "completed",
    startedAt: 2000,
    endedAt: 4000,
    ms: 2000,
    error: null,
    peakRssBytes: 7,
    trigger: null,
    backfill: null,
    key: null,
    priority: 0,
    dueAt: null,
    attempt: 1,
    timeoutMs: null,
    retry: null,
    slaMs: null,
    onLost: null,
    isDispatched: false,
  });
  const [load] = await store.listBlockRuns("a");
  assert.deepEqual(load, {
    run: "a",
    block: "load",
    element: null,
    kind: "transformer",
    status: "completed",
    attempts: 1,
    startedAt: 2000,
    endedAt: 3000,
    ms: 1000,
    rows: 12,
    error: null,
    reason: null,
    peakRssBytes: 5,
    fingerprint: blocks[0]?.fingerprint,
    hasSavedOutputs: true,
    wait: null,
  });
  assert.deepEqual(
    (await store.listAttempts("a")).map(({ attempt, status }) => [attempt, status]),
    [
      [1, "completed"],
    ],
  );
  assert.deepEqual(await store.listChecks("a"), [
    { ...key, attempt: 1, name: "rows", passed: false, rows: 3, failedRows: 1 },
  ]);
  assert.deepEqual((await store.listArtifacts("a")).map(({ data }) => data), [{
    "text/plain": "x",
  }]);
  assert.deepEqual(await store.listOutputs("a", "load"), [{ name: "trips", rows: 12, bytes: 100 }]);
  assert.equal(await store.findValue("a", "load", "trips"), "[1]");
  assert.equal(await store.findValue("a", "load", "other"), undefined);
  const logs = await store.listLogs("a");
  assert.deepEqual(logs.map(({ text }) => text), ["one", "two"]);
  assert.deepEqual(await store.listLogs("a", { after: logs[0]?.number ?? 0 }), [logs[1]]);
  assert.deepEqual(await store.listLogs("a", { block: "load" }), [logs[0]]);
});

Deno.test("openStore() lets only the holder of the lease write", async () => {
  await using folder = new Folder();
  const { store } = folder;
  const first = await store.createRun(runOf("a"), blocks, -1);
  assert.equal(await store.renewLease(first, -1), true);
  const second = await store.resumeRun("a", blocks, { variables: {}, leaseMs: LONG });
  await assert.rejects(
    store.resumeRun("a", blocks, { variables: {}, leaseMs: LONG }),
    /Cannot take over run a: it is going on/,
  );
  assert.equal(await store.renewLease(first, LONG), false);
  const slept = store.writer(first);
  await assert.rejects(slept.startRun(1), LeaseLostError);
  await assert.rejects(slept.endBlock(endOf("load", "completed")), LeaseLostError);
  await assert.rejects(slept.addLogs([]), LeaseLostError);
  await store.releaseLease(first);
  await store.writer(second).startRun(5);
  assert.equal((await store.findRun("a"))?.startedAt, 5);
});

Deno.test("recoverRuns() fails runs whose supervisor gave no heartbeat, and no others", async () => {
  await using folder = new Folder();
  const { store } = folder;
  const lost = await store.createRun(runOf("lost"), blocks, LONG);
  const alive = await store.createRun(runOf("alive"), blocks, LONG * 10);
  const start = { element: null, kind: "transformer", attempt: 1, at: 2000 } as const;
  for (const lease of [lost, alive]) {
    await store.writer(lease).startRun(2000);
    await store.writer(lease).startAttempt({ ...start, block: "load" });
  }
  assert.deepEqual(await store.recoverRuns(), []);
  assert.deepEqual(await store.recoverRuns(Date.now() + LONG * 2), ["lost"]);
  const run = await store.findRun("lost");
  assert.equal(run?.status, "failed");
  assert.match(run?.error ?? "", /gave no heartbeat any more/);
  const ended = await store.listBlockRuns("lost");
  assert.deepEqual(ended.map(({ block, status }) => `${block} ${status}`), [
    "load failed",
    "clean upstream_failed",
    "beside cancelled",
  ]);
  assert.equal((await store.findRun("alive"))?.status, "running");
  await assert.rejects(store.writer(lost).startRun(1), LeaseLostError);
});

Deno.test("listRuns() gives pages, newest first, of one pipeline or all", async () => {
  await using folder = new Folder();
  const { store } = folder;
  for (let at = 0; at < 5; at++) {
    // Two of the same moment are told apart by their ids.
    const createdAt = 1000 + Math.floor(at / 2);
    const pipeline = at === 3 ? "other" : "sample";
    await store.createRun(runOf(`r${at}`, { createdAt, pipeline }), [], LONG);
  }
  const ids = async (options: Parameters<RunStore["listRuns"]>[0]) =>
    (await store.listRuns(options)).map(({ id }) => id);
  assert.deepEqual(await ids({}), ["r4", "r3", "r2", "r1", "r0"]);
  assert.deepEqual(await ids({ limit: 2 }), ["r4", "r3"]);
  assert.deepEqual(await ids({ limit: 2, before: "r3" }), ["r2", "r1"]);
  assert.deepEqual(await ids({ pipeline: "sample", before: "r4" }), ["r2", "r1", "r0"]);
  assert.deepEqual(await ids({ pipeline: "none" }), []);
});

Deno.test("findSavedOutputs() gives the newest run that has all of a block's outputs", async () => {
  await using folder = new Folder();
  const { store } = folder;
  for (const [at, id] of ["r0", "r1", "r2"].entries()) {
    const lease = await store.createRun(runOf(id, { createdAt: at }), blocks, LONG);
    const writer = store.writer(lease);
    const names = id === "r2" ? ["trips"] : ["trips", "count"];
    await writer.saveOutputs(
      "load",
      names.map((name) => ({ name, rows: null, bytes: 1, value: null })),
    );
    await writer.endRun({ status: "completed", at, ms: 1, error: null, peakRssBytes: 1 });
  }
  assert.equal(await store.findSavedOutputs("sample", "load", ["trips"]), "r2");
  assert.equal(await store.findSavedOutputs("sample", "load", ["trips", "count"]), "r1");
  assert.equal(await store.findSavedOutputs("sample", "load", ["missing"]), undefined);
  assert.equal(await store.findSavedOutputs("other", "load", ["trips"]), undefined);
  const newest = { ageMs: undefined, count: 1, bytes: undefined };
  assert.deepEqual((await store.listRunsToPrune("sample", newest)).toSorted(), ["r0", "r1"]);
  await store.forgetOutputs("r1");
  assert.deepEqual(await store.listRunsToPrune("sample", newest), ["r0"]);
  assert.equal(await store.findSavedOutputs("sample", "load", ["trips", "count"]), "r0");
});

Deno.test("openStore() lets several processes write at once", async () => {
  await using folder = new Folder();
  const store = new URL("../../runtime/store/open_store.ts", import.meta.url).href;
  const script = `${folder.path}/writer.ts`;
  await Deno.writeTextFile(
    script,
    `import { openStore } from "${store}";
     const store = openStore(${JSON.stringify(folder.path)});
     const run = { ...${JSON.stringify(runOf("id"))}, id: Deno.args[0] };
     const writer = store.writer(await store.createRun(run, [], 60000));
     for (let at = 0; at < 200; at++) {
       await writer.addLogs([{ type: "log", at, stream: "stdout", text: String(at) }]);
     }
     store.close();`,
  );
  const config = new URL("../../deno.json", import.meta.url).pathname;
  const writers = ["a", "b", "c"].map((id) =>
    new Deno.Command(Deno.execPath(), {
      args: ["run", "-A", `--config=${config}`, script, id],
    }).output()
  );
  for (const { success, stderr } of await Promise.all(writers)) {
    assert.ok(success, new TextDecoder().decode(stderr));
  }
  for (const id of ["a", "b", "c"]) {
    assert.equal((await folder.store.listLogs(id)).length, 200);
  }
});

Deno.test("openStore() tells clearly what is wrong with the file", async (test) => {
  const cases: readonly [string, (file: string) => void, RegExp][] = [
    [
      "no database",
      (file) => Deno.writeTextFileSync(file, "not a database at all".repeat(100)),
      /^Cannot open the run history .*history\.db: file is not a database; move the file away/,
    ],
    [
      "a newer version",
      (file) => {
        const database = new DatabaseSync(file);
        database.exec("pragma user_version = 99");
        database.close();
      },
      /is of a newer Sluice \(version 99, this one knows \d+\); use that one$/,
    ],
    [
      "a folder",
      (file) => Deno.mkdirSync(file),
      /unable to open database file.*; see whether you may write there/,
    ],
  ];
  for (const [what, prepare, expected] of cases) {
    await test.step(what, async () => {
      const folder = await Deno.makeTempDir();
      await Deno.mkdir(`${folder}/.sluice`);
      prepare(`${folder}/.sluice/history.db`);
      assert.throws(() => openStore(folder), { message: expected });
      await Deno.remove(folder, { recursive: true });
    });
  }
});

Deno.test("openStore() waits for a lock, and tells of one that is held for too long", async () => {
  await using folder = new Folder();
  const other = new DatabaseSync(`${folder.path}/.sluice/history.db`);
  other.exec("pragma busy_timeout = 0; begin immediate");
  const impatient = openStore(folder.path, { busyMs: 10 });
  await assert.rejects(
    impatient.createRun(runOf("a"), [], LONG),
    /Cannot write to the run history .*: database is locked; another process has held it/,
  );
  impatient.close();
  other.exec("rollback");
  other.close();
  await folder.store.createRun(runOf("a"), [], LONG);
});
