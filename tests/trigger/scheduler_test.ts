import assert from "node:assert/strict";
import { openScheduler, type Scheduler } from "../../runtime/trigger/scheduler.ts";
import { testBucket, testGcs } from "../services/gcs.ts";
import { testPostgres } from "../services/postgres.ts";
import { testWith } from "../services/tools.ts";
import { Ledger, TestProject, until } from "./project.ts";

/** A project whose triggers are at work, on the computer's clock. */
class Working implements AsyncDisposable {
  readonly project = new TestProject();
  readonly ledger = new Ledger();
  readonly errors: string[] = [];
  scheduler: Scheduler | undefined;

  async start(triggers: string): Promise<void> {
    await this.project.addPipeline("taxi");
    await this.project.write("triggers.yaml", `triggers:\n${triggers}`);
    await this.restart();
  }

  async restart(): Promise<void> {
    await this.scheduler?.close();
    this.scheduler = await openScheduler({
      projectFolder: this.project.folder,
      store: this.project.reopenStore(),
      dispatcher: this.ledger,
      onError: (error) => this.errors.push((error as Error).message),
    });
  }

  get events(): unknown[] {
    return this.ledger.accepted.map(({ event }) => event);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.scheduler?.close();
    await this.project[Symbol.asyncDispose]();
  }
}

Deno.test("openScheduler() takes a file that was saved, and keeps its triggers where it is broken", async () => {
  await using working = new Working();
  await working.start("  one: { pipeline: taxi, schedule: '@monthly' }\n");
  const { project } = working;
  const names = () => [...working.scheduler!.nextTimes().keys()];
  assert.deepEqual(names(), ["one"]);
  await project.write(
    "triggers.yaml",
    "triggers:\n  two: { pipeline: taxi, schedule: '@daily' }\n",
  );
  await until(() => names()[0] === "two");
  await project.write("triggers.yaml", "triggers: [\n");
  await until(() => working.scheduler?.file.isReadable === false);
  assert.deepEqual(names(), ["two"]);
  await project.write(
    "triggers.yaml",
    "triggers:\n  three: { pipeline: taxy, schedule: '@daily' }\n",
  );
  await until(() => names().length === 0);
  assert.match(working.scheduler?.file.problems[0]?.text ?? "", /no pipeline `taxy`/);
});

Deno.test("openScheduler() fires a schedule by itself", async () => {
  await using working = new Working();
  await working.start("  often: { pipeline: taxi, schedule: every 1s }\n");
  await until(() => working.ledger.accepted.length >= 2);
  assert.equal(new Set(working.ledger.keys).size, working.ledger.accepted.length);
});

Deno.test("openScheduler() fires a file that appears once, over restarts, and one that is written again", async () => {
  await using working = new Working();
  const { project } = working;
  await project.write("in/before.csv", "a\n");
  await working.start("  arrived: { pipeline: taxi, event: { file: 'in/*.csv', every: 20ms } }\n");
  const hasBegun = async () => (await project.store.listSeen("arrived in/*.csv")).size > 0;
  await until(hasBegun);
  await project.write("in/first.csv", "a\n");
  await until(() => working.events.length === 1);
  await working.scheduler?.close();
  await project.write("in/second.csv", "a\n");
  await working.restart();
  await until(() => working.events.length === 2);
  await project.write("in/first.csv", "a\nb\n");
  await until(() => working.events.length === 3);
  const files = working.events.map((event) => (event as { path: string }).path.split("/").at(-1));
  assert.deepEqual(files, ["first.csv", "second.csv", "first.csv"]);
  assert.deepEqual((working.events[0] as { size: number }).size, 2);
});

Deno.test("openScheduler() fires when another pipeline ends so, also while it was down", async () => {
  await using working = new Working();
  await working.start("  after: { pipeline: taxi, event: { pipeline: other, status: failed } }\n");
  const { project } = working;
  const reader = "trigger after other failed";
  await until(async () => await project.store.openCursor(reader) === 0);
  await project.addRun("a", { pipeline: "other", status: "failed" });
  await project.addRun("b", { pipeline: "other", status: "completed" });
  await until(() => working.events.length === 1);
  await working.scheduler?.close();
  await project.addRun("c", { pipeline: "other", status: "failed" });
  await working.restart();
  await until(() => working.events.length === 2);
  const runs = working.events.map((event) => (event as { run: string }).run);
  assert.deepEqual(runs, ["a", "c"]);
});

Deno.test("openScheduler() fires on NOTIFY, and connects again where the connection is lost", async () => {
  await using database = await testPostgres();
  await using working = new Working();
  const config = await Deno.readTextFile(`${database.folder}/io_config.yaml`);
  await working.project.write("io_config.yaml", config);
  await working.start("  told: { pipeline: taxi, event: { notify: Orders, profile: dev } }\n");
  const listeners = () =>
    database.rows<{ pid: number }>(
      "select pid from pg_stat_activity where query = 'listen \"Orders\"' and datname = current_database()",
    );
  await until(async () => (await listeners()).length === 1);
  await database.rows(`select pg_notify('Orders', '{"id": 5}')`);
  await until(() => working.events.length === 1);
  const [lost] = await listeners();
  await database.rows("select pg_terminate_backend($1)", [lost?.pid]);
  await until(async () => (await listeners()).some(({ pid }) => pid !== lost?.pid));
  await database.rows("select pg_notify('Orders', 'plain')");
  await until(() => working.events.length === 2);
  assert.deepEqual(working.events, [
    { kind: "notify", channel: "Orders", payload: { id: 5 } },
    { kind: "notify", channel: "Orders", payload: "plain" },
  ]);
  assert.match(
    working.errors[0] ?? "",
    /^Lost the connection that listens to Orders \(profile dev\)/,
  );
});

const server = await testGcs();

testWith(
  "openScheduler() fires an object that appears, and one that is written again",
  server,
  async (url) => {
    await using bucket = await testBucket(url);
    await using working = new Working();
    const { project } = working;
    const config = await Deno.readTextFile(`${bucket.folder}/io_config.yaml`);
    await project.write("io_config.yaml", config);
    await bucket.put("in/before.csv", "a");
    const pattern = `gs://${bucket.name}/in/*.csv`;
    const event = `{ file: '${pattern}', every: 20ms, profile: dev }`;
    await working.start(`  arrived: { pipeline: taxi, event: ${event} }\n`);
    await until(async () => (await project.store.listSeen(`arrived ${pattern}`)).size > 0);
    await bucket.put("in/first.csv", "a");
    await bucket.put("in/other.txt", "a");
    await until(() => working.events.length === 1);
    await bucket.put("in/first.csv", "ab");
    await until(() => working.events.length === 2);
    const path = `gs://${bucket.name}/in/first.csv`;
    assert.deepEqual(working.events, [
      { kind: "file", path, size: 1 },
      { kind: "file", path, size: 2 },
    ]);
  },
);
