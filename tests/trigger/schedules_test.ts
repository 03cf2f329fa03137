import assert from "node:assert/strict";
import fc from "fast-check";
import { occurrencesOf } from "../../runtime/trigger/occurrences.ts";
import { openSchedules, type Schedules } from "../../runtime/trigger/schedules.ts";
import type { ScheduleTrigger } from "../../runtime/trigger/trigger.ts";
import { FakeClock, Ledger, TestProject } from "./project.ts";

function scheduled(pattern: string, more: Partial<ScheduleTrigger> = {}): ScheduleTrigger {
  return {
    kind: "schedule",
    name: "nightly",
    pipeline: "taxi",
    description: undefined,
    enabled: true,
    profile: undefined,
    variables: {},
    timeoutMs: undefined,
    retry: undefined,
    concurrency: "allow",
    slaMs: undefined,
    onLost: "resume",
    startMs: undefined,
    missed: "catch_up",
    schedule: { kind: "cron", pattern, zone: "UTC" },
    ...more,
  };
}

/** Schedules at a time that the test sets. */
class Timed implements AsyncDisposable {
  readonly project = new TestProject();
  readonly ledger = new Ledger();
  readonly errors: unknown[] = [];
  #schedules: Schedules | undefined;

  constructor(readonly clock: FakeClock, readonly triggers: readonly ScheduleTrigger[]) {}

  /** Ends the schedules that there are, as a kill does, and opens them anew. */
  async start(triggers = this.triggers): Promise<void> {
    await this.#schedules?.close();
    this.#schedules = openSchedules({
      projectFolder: this.project.folder,
      store: this.project.reopenStore(),
      dispatcher: this.ledger,
      clock: this.clock,
      onError: (error) => this.errors.push(error),
    });
    await this.#schedules.setTriggers(triggers);
  }

  async tickAt(...times: readonly string[]): Promise<void> {
    for (const time of times) {
      this.clock.set(time);
      await this.#schedules?.tick();
    }
  }

  tick(): Promise<void> {
    return this.#schedules!.tick();
  }

  setTriggers(triggers: readonly ScheduleTrigger[]): Promise<void> {
    return this.#schedules!.setTriggers(triggers);
  }

  /** `2024-03-01T06:00` of each run, in order. */
  get fired(): string[] {
    return this.ledger.keys.map((key) => key.slice(key.indexOf("@") + 1, -8));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#schedules?.close();
    await this.project[Symbol.asyncDispose]();
  }
}

Deno.test("openSchedules() fires an occurrence once, with its date and interval", async () => {
  const schedule = { kind: "cron", pattern: "0 6 * * *", zone: "Europe/Berlin" } as const;
  await using timed = new Timed(FakeClock.at("2024-03-30T12:00Z"), [scheduled("", { schedule })]);
  await timed.start();
  await timed.tickAt("2024-03-31T03:59:59Z", "2024-03-31T04:00Z", "2024-03-31T04:00:01Z");
  assert.deepEqual(timed.fired, ["2024-03-31T04:00"]);
  const [run] = timed.ledger.accepted;
  assert.equal(run?.executionDate, "2024-03-31T06:00:00+02:00[Europe/Berlin]");
  assert.equal(run?.interval?.end, "2024-04-01T06:00:00+02:00[Europe/Berlin]");
  assert.equal(run?.trigger, "nightly");
});

Deno.test("openSchedules() catches up with what it missed while it was down", async () => {
  await using timed = new Timed(FakeClock.at("2024-03-01T00:30Z"), [scheduled("0 * * * *")]);
  await timed.start();
  await timed.tickAt("2024-03-01T01:00Z");
  timed.clock.set("2024-03-01T04:10Z");
  await timed.start();
  await timed.tick();
  const hours = ["01:00", "02:00", "03:00", "04:00"];
  assert.deepEqual(timed.fired, hours.map((hour) => `2024-03-01T${hour}`));
});

Deno.test("openSchedules() leaves out what it missed where it is to be skipped", async () => {
  const triggers = [scheduled("0 * * * *", { missed: "skip" })];
  await using timed = new Timed(FakeClock.at("2024-03-01T00:30Z"), triggers);
  await timed.start();
  timed.clock.set("2024-03-01T04:10Z");
  await timed.start();
  await timed.tickAt("2024-03-01T04:10Z", "2024-03-01T05:00:30Z");
  assert.deepEqual(timed.fired, ["2024-03-01T05:00"]);
});

for (const missed of ["catch_up", "skip"] as const) {
  Deno.test(`openSchedules() neither repeats nor loses when the clock jumps ahead and back (${missed})`, async () => {
    const triggers = [scheduled("0 * * * *", { missed })];
    await using timed = new Timed(FakeClock.at("2024-03-01T00:30Z"), triggers);
    await timed.start();
    await timed.tickAt("2024-03-01T01:00Z", "2024-03-01T05:10Z");
    await timed.tickAt("2024-03-01T01:10Z");
    for (const hour of ["02", "03", "04", "05", "06"]) await timed.tickAt(`2024-03-01T${hour}:00Z`);
    const hours = ["01", "02", "03", "04", "05", "06"];
    assert.deepEqual(timed.fired.sort(), hours.map((hour) => `2024-03-01T${hour}:00`));
  });
}

Deno.test("openSchedules() repeats none where it was killed before it wrote how far it had come", async () => {
  await using timed = new Timed(FakeClock.at("2024-03-01T00:30Z"), [scheduled("0 * * * *")]);
  await timed.start();
  const before = await timed.project.store.listSchedules();
  await timed.tickAt("2024-03-01T01:00Z");
  await timed.project.store.saveSchedules(before);
  await timed.start();
  await timed.tick();
  assert.deepEqual(timed.fired, ["2024-03-01T01:00"]);
});

Deno.test("openSchedules() begins anew where a schedule was changed or disabled meanwhile", async () => {
  await using timed = new Timed(FakeClock.at("2024-03-01T00:30Z"), [scheduled("0 * * * *")]);
  await timed.start();
  await timed.setTriggers([scheduled("0 * * * *", { enabled: false })]);
  await timed.tickAt("2024-03-01T01:00Z", "2024-03-01T02:30Z");
  await timed.setTriggers([scheduled("0 * * * *")]);
  await timed.tickAt("2024-03-01T02:31Z", "2024-03-01T03:00Z");
  await timed.setTriggers([scheduled("30 * * * *")]);
  await timed.tickAt("2024-03-01T03:29Z", "2024-03-01T03:30Z");
  assert.deepEqual(timed.fired, ["2024-03-01T03:00", "2024-03-01T03:30"]);
});

Deno.test("openSchedules() fires @once once, over restarts and being disabled", async () => {
  const once = (more: Partial<ScheduleTrigger> = {}) =>
    scheduled("", { schedule: { kind: "once", zone: "UTC" }, ...more });
  await using timed = new Timed(FakeClock.at("2024-03-01T00:30Z"), [once()]);
  await timed.start();
  await timed.tick();
  await timed.setTriggers([once({ enabled: false })]);
  await timed.setTriggers([once()]);
  await timed.tickAt("2024-03-01T02:00Z");
  await timed.start();
  await timed.tickAt("2024-03-01T00:10Z", "2024-03-02T00:00Z");
  assert.deepEqual(timed.fired, ["2024-03-01T00:30"]);
});

Deno.test("openSchedules() waits for the start of a schedule", async () => {
  const startMs = Date.parse("2024-03-02T06:00Z");
  const interval = { kind: "interval", everyMs: 3_600_000, zone: "UTC" } as const;
  const triggers = [scheduled("", { schedule: interval, startMs })];
  await using timed = new Timed(FakeClock.at("2024-03-01T00:30Z"), triggers);
  await timed.start();
  await timed.tickAt("2024-03-02T05:59Z", "2024-03-02T06:00Z", "2024-03-02T07:00Z");
  assert.deepEqual(timed.fired, ["2024-03-02T06:00", "2024-03-02T07:00"]);
});

Deno.test("openSchedules() fires the others where one cannot be fired, and that one later", async () => {
  const triggers = [scheduled("0 * * * *", { name: "broken" }), scheduled("0 * * * *")];
  await using timed = new Timed(FakeClock.at("2024-03-01T00:30Z"), triggers);
  const accept = timed.ledger.accept.bind(timed.ledger);
  timed.ledger.accept = (run) =>
    run.trigger === "broken" ? Promise.reject(new Error("the disk is full")) : accept(run);
  await timed.start();
  await timed.tickAt("2024-03-01T01:00Z");
  assert.deepEqual(timed.fired, ["2024-03-01T01:00"]);
  assert.equal((timed.errors[0] as Error).message, "the disk is full");
  timed.ledger.accept = accept;
  await timed.tickAt("2024-03-01T01:00:05Z");
  assert.deepEqual(timed.ledger.keys.map((key) => key.split("@")[0]), ["nightly", "broken"]);
});

const MINUTE = 60_000;
const zones = ["UTC", "Europe/Berlin", "America/New_York", "Australia/Lord_Howe"];
const patterns = ["0 * * * *", "30 2 * * *", "*/20 1,2 * * *", "15 */2 * * *", "0 0 1 * *"];
const changes = [
  "2024-03-31T00:00Z",
  "2024-10-27T00:00Z",
  "2024-03-10T06:00Z",
  "2024-04-06T14:00Z",
];

Deno.test("openSchedules() fires every occurrence exactly once, however the clock jumps", async () => {
  const moves = fc.array(
    fc.record({
      minutes: fc.integer({ min: -300, max: 600 }),
      isRestart: fc.boolean(),
    }),
    { minLength: 1, maxLength: 12 },
  );
  const one = fc.record({
    zone: fc.constantFrom(...zones),
    pattern: fc.constantFrom(...patterns),
    from: fc.constantFrom(...changes),
    moves,
  });
  await fc.assert(
    fc.asyncProperty(one, async ({ zone, pattern, from, moves }) => {
      const schedule = { kind: "cron", pattern, zone } as const;
      await using timed = new Timed(FakeClock.at(from), [scheduled("", { schedule })]);
      await timed.start();
      const begun = timed.clock.time;
      let latest = begun;
      for (const { minutes, isRestart } of moves) {
        timed.clock.time = Math.max(begun, timed.clock.time + minutes * MINUTE);
        latest = Math.max(latest, timed.clock.time);
        if (isRestart) await timed.start();
        await timed.tick();
      }
      const expected: string[] = [];
      const next = await occurrencesOf(schedule, 0);
      for (let at = next(begun - 1); at !== undefined && at <= latest; at = next(at)) {
        expected.push(`nightly@${new Date(at).toISOString()}`);
      }
      assert.deepEqual(timed.ledger.keys.sort(), expected.sort());
    }),
    { numRuns: 40 },
  );
});
