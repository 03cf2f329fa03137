import assert from "node:assert/strict";
import { join } from "node:path";
import { until } from "../e2e/watching.ts";
import { BUSY, FAILING, SLEEPING, SMALL } from "../commands/notebooks.ts";
import { notebookOf, parametersOf } from "../compile/notebook_of.ts";
import { serve, type Served } from "./served.ts";

const TRIGGERS = `triggers:
  hook: { pipeline: told, api: { parameters: [city] } }
  off: { pipeline: told, enabled: false, api: {} }
  nightly: { pipeline: small, enabled: false, schedule: "@daily" }
`;

/** Prints what it was given and the event that it is for. */
const TOLD = notebookOf([
  parametersOf('const city = "none";\nconst other = "none";'),
  'import { run } from "sluice";',
  "//| loader: tell\nconsole.log(`${city} ${other} ${JSON.stringify(run.event)}`);",
]);

/** Prints the day that it is for. */
const DATED = notebookOf([
  'import { run } from "sluice";',
  "//| loader: load\nconst day = run.executionDate.day;\nconsole.log(`day ${day}`);",
]);

Deno.test("startServer() runs what is asked for over HTTP", async (test) => {
  const notebooks = { small: SMALL, failing: FAILING, told: TOLD, dated: DATED };
  await using served = await serve({ ...notebooks, sleeping: SLEEPING, busy: BUSY });
  await Deno.writeTextFile(join(served.folder, "triggers.yaml"), TRIGGERS);

  await test.step("a pipeline is started, and its events are heard", async () => {
    const events = await heard(served);
    const { run, isNew } = await posted(served, "/api/runs", {
      pipeline: "small",
      variables: { word: "two", first: 4 },
      key: "once",
    }, 202);
    assert.equal(isNew, true);
    await until(() => events.text.includes("event: run_finished"), "the run's end was heard");
    for (const type of ["run_accepted", "run_started", "block_ended", "run_finished"]) {
      assert.ok(events.text.includes(`event: ${type}\ndata: {"run":"${run}"`), events.text);
    }
    const row = await ended(served, run);
    assert.deepEqual([row.status, row.variables], ["completed", { word: "two", first: "4" }]);
    const again = await posted(served, "/api/runs", { pipeline: "small", key: "once" }, 202);
    assert.deepEqual([again.run, again.isNew], [run, false]);
    await events.stop();
  });

  await test.step("a run is cancelled, whatever it does", async () => {
    for (const pipeline of ["sleeping", "busy"]) {
      const { run } = await posted(served, "/api/runs", { pipeline }, 202);
      await until(async () => (await logOf(served, run)) !== "", "the run prints");
      const row = await posted(served, `/api/runs/${run}/cancel`, undefined, 200);
      assert.equal(row.status, "cancelled");
      const problem = await posted(served, `/api/runs/${run}/cancel`, undefined, 409);
      assert.match(problem.detail, /it has ended already \(cancelled\)/);
    }
  });

  await test.step("a failed run is resumed under its id, and retried under another", async () => {
    const { run } = await posted(served, "/api/runs", { pipeline: "failing" }, 202);
    assert.equal((await ended(served, run)).status, "failed");
    const retried = await posted(served, `/api/runs/${run}/retry`, undefined, 202);
    assert.notEqual(retried.run, run);
    assert.equal((await ended(served, retried.run)).status, "failed");
    const changes = { variables: { text: "[1]" } };
    assert.equal((await posted(served, `/api/runs/${run}/resume`, changes, 202)).run, run);
    assert.equal((await ended(served, run)).status, "completed");
  });

  await test.step("a trigger is fired by hand, though it is disabled", async () => {
    const fired = await posted(served, "/api/triggers/nightly/fire", undefined, 202);
    const row = await ended(served, fired.run);
    assert.deepEqual([row.status, row.trigger], ["completed", "nightly"]);
  });

  await test.step("a webhook fires with its own token alone", async () => {
    const { token } = await posted(served, "/api/triggers/hook/token", undefined, 201);
    const off = await posted(served, "/api/triggers/off/token", undefined, 201);
    const body = { city: "Oslo", other: "not listed", more: [1] };
    for (const wrong of [served.server.token, off.token, "x", ""]) {
      const problem = await posted(served, "/hooks/hook", body, 401, wrong);
      assert.match(problem.detail, /the trigger's own token/);
    }
    await posted(served, "/api/runs", { pipeline: "small" }, 401, token);
    const { run } = await posted(served, "/hooks/hook", body, 202, token);
    assert.equal((await ended(served, run)).status, "completed");
    assert.equal(await logOf(served, run), `Oslo none ${JSON.stringify(body)}`);
    const headers = { authorization: `Bearer ${token}`, "content-type": "application/json" };
    const long = ReadableStream.from([new TextEncoder().encode("x".repeat(1_100_000))]);
    for (const [sent, status] of [[long, 413], ["{", 400]] as const) {
      const refused = await served.get("/hooks/hook", { method: "POST", headers, body: sent });
      assert.equal(refused.status, status);
      await refused.body?.cancel();
    }
    const problem = await posted(served, "/hooks/off", {}, 409, off.token);
    assert.match(problem.detail, /it is disabled/);
    await posted(served, "/api/triggers/nightly/token", undefined, 422);
  });

  await test.step("a backfill of eight days is previewed and run", async () => {
    const name = "a week";
    const request = { name, pipeline: "dated", start: "2024-01-12", end: "2024-01-19" };
    const { count } = await posted(served, "/api/backfills/preview", request, 200);
    assert.equal(count, 8);
    const { backfill } = await posted(served, "/api/backfills", request, 202);
    const look = async () => await (await served.get(`/api/backfills/${backfill}`)).json();
    await until(async () => (await look()).status !== "running", "the backfill has ended");
    const { status, dates } = await look();
    assert.equal(status, "completed");
    const lines = await Promise.all(
      dates.map(({ run }: { run: string }) => logOf(served, run)),
    );
    assert.deepEqual(lines, [12, 13, 14, 15, 16, 17, 18, 19].map((day) => `day ${day}`));
    const { backfills } = await (await served.get("/api/backfills")).json();
    const [row] = backfills;
    assert.deepEqual([backfills.length, row.backfill, row.name], [1, backfill, name]);
    const problem = await posted(served, `/api/backfills/${backfill}/retry`, undefined, 409);
    assert.match(problem.detail, /none of its runs failed/);
  });

  await test.step("a backfill is cancelled, and what did not complete is retried", async () => {
    const request = { pipeline: "sleeping", start: "2024-01-01", end: "2024-01-03", atOnce: 1 };
    const { backfill } = await posted(served, "/api/backfills", request, 202);
    const cancelled = await posted(served, `/api/backfills/${backfill}/cancel`, undefined, 200);
    assert.equal(cancelled.status, "cancelled");
    const { retried, status } = await posted(
      served,
      `/api/backfills/${backfill}/retry`,
      undefined,
      202,
    );
    assert.deepEqual([retried, status], [3, "running"]);
    await posted(served, `/api/backfills/${backfill}/cancel`, undefined, 200);
  });

  await test.step("what cannot be is refused with what to do", async () => {
    const span = { pipeline: "small", start: "2024-01-02", end: "2024-01-01" };
    const cases: [string, unknown, number, RegExp][] = [
      ["/api/runs", { pipeline: "smal" }, 404, /did you mean `small`/],
      ["/api/runs", { pipeline: "/etc/passwd.ipynb" }, 404, /Cannot find the notebook/],
      ["/api/runs", { pipeline: "small", variables: { nope: 1 } }, 422, /no such parameter/],
      ["/api/runs", { pipeline: "small", varables: {} }, 400, /varables/],
      ["/api/runs", undefined, 400, /Cannot take the body/],
      ["/api/runs/nope/cancel", undefined, 404, /Cannot find run nope/],
      ["/api/triggers/nope/fire", undefined, 404, /triggers\.yaml has hook/],
      ["/api/backfills", span, 422, /start 2024-01-02 is after end 2024-01-01/],
      ["/api/backfills/nope/cancel", undefined, 404, /Cannot find backfill nope/],
    ];
    for (const [path, body, status, pattern] of cases) {
      const { detail } = await posted(served, path, body, status);
      assert.match(detail, pattern);
    }
  });
});

async function posted(
  served: Served,
  path: string,
  body: unknown,
  status: number,
  token?: string,
  // deno-lint-ignore no-explicit-any -- answers of many shapes, each judged where it is read
): Promise<any> {
  const response = await served.get(path, {
    method: "POST",
    headers: {
      ...(body === undefined ? {} : { "content-type": "application/json" }),
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const answer = await response.json();
  assert.equal(response.status, status, `${path}: ${JSON.stringify(answer)}`);
  return answer;
}

async function ended(served: Served, run: string) {
  const look = async () => await (await served.get(`/api/runs/${run}`)).json();
  await until(async () => {
    const { status } = await look();
    return status !== "initial" && status !== "running";
  }, `${run} has ended`);
  return await look();
}

/** What a run printed. */
async function logOf(served: Served, run: string): Promise<string> {
  const { lines } = await (await served.get(`/api/runs/${run}/logs`)).json();
  return lines.map(({ text }: { text: string }) => text).join("\n");
}

/** What the server tells those that listen, from now on. */
async function heard(served: Served) {
  const response = await served.get("/api/events");
  const reader = response.body!.pipeThrough(new TextDecoderStream()).getReader();
  const events = { text: "", stop: () => reader.cancel() };
  const read = async (): Promise<void> => {
    const { value, done } = await reader.read();
    events.text += value ?? "";
    if (!done) await read();
  };
  void read();
  await until(() => events.text.includes("event: listening"), "it listens");
  return events;
}
