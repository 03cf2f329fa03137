import assert from "node:assert/strict";
import { editTriggers, loadTriggers, StaleFileError } from "../../runtime/trigger/triggers_file.ts";
import { TestProject } from "./project.ts";

const FULL = `# Everything that a trigger may say.
triggers:
  # each night
  nightly:
    pipeline: taxi # as a name
    enabled: false
    schedule: "30 6 * * *"
    zone: Europe/Berlin
    start: 2024-03-01T06:00
    missed: skip
    variables: {city: Bergen}
    timeout: 2h
    retry: {attempts: 3, delay: 1m, backoff: exponential}
    concurrency: queue
    lost: fail
    sla: 30m
  often: {pipeline: taxi, schedule: every 15m}
  arrived: {pipeline: taxi, event: {file: "in/*.csv"}}
  told: {pipeline: notebooks/taxi.ipynb, event: {notify: orders, profile: dev}}
  after: {pipeline: taxi, event: {pipeline: other, status: failed}}
  hook:
    pipeline: taxi
    api: {parameters: [city]}
`;

async function projectWith(text?: string): Promise<TestProject> {
  const project = new TestProject();
  await project.addPipeline("taxi");
  if (text !== undefined) await project.write("triggers.yaml", text);
  return project;
}

Deno.test("loadTriggers() reads every kind of trigger with all it may say", async () => {
  await using project = await projectWith(FULL);
  const { triggers, problems } = await loadTriggers(project.folder);
  assert.deepEqual(problems, []);
  assert.deepEqual(triggers[0], {
    kind: "schedule",
    name: "nightly",
    pipeline: "taxi",
    description: undefined,
    enabled: false,
    profile: undefined,
    variables: { city: "Bergen" },
    timeoutMs: 7_200_000,
    retry: { attempts: 3, delayMs: 60_000, backoff: "exponential" },
    concurrency: "queue",
    onLost: "fail",
    slaMs: 1_800_000,
    schedule: { kind: "cron", pattern: "30 6 * * *", zone: "Europe/Berlin" },
    startMs: Date.parse("2024-03-01T05:00Z"),
    missed: "skip",
  });
  assert.deepEqual(triggers.map(({ name, kind }) => `${name} ${kind}`), [
    "nightly schedule",
    "often schedule",
    "arrived event",
    "told event",
    "after event",
    "hook api",
  ]);
});

Deno.test("loadTriggers() gives no triggers where there is no file, or an empty one", async () => {
  for (const text of [undefined, "", "# nothing yet\n", "triggers:\n"]) {
    await using project = await projectWith(text);
    const { triggers, problems } = await loadTriggers(project.folder);
    assert.deepEqual([triggers, problems], [[], []], JSON.stringify(text));
  }
});

const one = (keys: string) => `triggers:\n  a: { pipeline: taxi, ${keys} }\n`;
const wrong: readonly (readonly [string, string, string])[] = [
  [
    "an unknown key",
    one("schedule: '@daily', enabeld: false"),
    "line 2:44: unknown key `enabeld` in `a`; did you mean `enabled`?",
  ],
  [
    "an unknown key above",
    "trigers: {}",
    "line 1:1: unknown key `trigers`; did you mean `triggers`?",
  ],
  [
    "no kind",
    one("enabled: true"),
    'line 2:6: `a` says not when it fires; add `schedule: "@daily"`',
  ],
  [
    "two kinds",
    one("schedule: '@daily', api: {}"),
    "line 2:44: `a` has both `schedule` and `api`; keep one",
  ],
  [
    "a pattern that cannot be",
    one("schedule: 61 * * * *"),
    'line 2:34: `schedule` is "61 * * * *": invalid value for minute: 61',
  ],
  [
    "a pattern that never comes",
    one("schedule: 0 0 30 2 *"),
    'line 2:34: `schedule` is "0 0 30 2 *": it never comes',
  ],
  [
    "a pattern that is too short",
    one("schedule: 0 6 *"),
    'line 2:34: `schedule` is "0 6 *": it has 3 parts',
  ],
  [
    "a name of no pattern",
    one("schedule: '@dayly'"),
    'line 2:34: `schedule` is "@dayly"; did you mean `@daily`?',
  ],
  [
    "an interval without a unit",
    one("schedule: every 15"),
    'line 2:34: `schedule` is "every 15"; write an interval',
  ],
  [
    "no such zone",
    one("schedule: '@daily', zone: Mars/X"),
    'line 2:50: `zone` is "Mars/X"; write one such as Europe/Berlin',
  ],
  [
    "a zone without a schedule",
    one("api: {}, zone: UTC"),
    "line 2:33: `zone` is for schedules, and `a` is of kind api",
  ],
  [
    "no such pipeline",
    "triggers:\n  a: { pipeline: taxy, api: {} }\n",
    "line 2:18: there is no pipeline `taxy`; did you mean `taxi`?",
  ],
  [
    "no pipeline",
    "triggers:\n  a: { api: {} }\n",
    "line 2:6: `a` names no pipeline; add `pipeline: name`",
  ],
  [
    "no such parameter",
    one("api: {}, variables: { cty: x }"),
    "`taxi` has no parameter `cty`; did you mean `city`?",
  ],
  [
    "no such parameter to take",
    one("api: { parameters: [town] }"),
    "`taxi` has no parameter `town`; it has city",
  ],
  [
    "a duration without a unit",
    one("api: {}, timeout: 30"),
    "`a.timeout` is 30; write a duration with its unit, such as 5s",
  ],
  [
    "a wrong choice",
    one("api: {}, concurrency: skp"),
    '`a.concurrency` is "skp"; did you mean `skip`?',
  ],
  ["a retry without attempts", one("api: {}, retry: { delay: 5s }"), "`retry` has no `attempts`"],
  [
    "an event for nothing",
    one("event: { status: failed }"),
    "`event` names nothing to wait for; write one of file, notify",
  ],
  [
    "an event's stray key",
    one("event: { file: a, status: failed }"),
    "`status` does not go with `file`; leave it out",
  ],
  [
    "a name that cannot be",
    "triggers:\n  Daily-Run: { pipeline: taxi, api: {} }\n",
    "line 2:3: a trigger cannot be called `Daily-Run`",
  ],
  [
    "a trigger that is none",
    "triggers:\n  a: taxi\n",
    'line 2:6: `a` is "taxi"; write keys below it',
  ],
  ["a list", "- a\n", "line 1:1: "],
  ["broken YAML", "triggers:\n  a: { pipeline: taxi\n", "not YAML: "],
];

for (const [title, text, expected] of wrong) {
  Deno.test(`loadTriggers() tells of ${title}`, async () => {
    await using project = await projectWith(text);
    const { problems, triggers } = await loadTriggers(project.folder);
    const found = problems.map((problem) => problem.text);
    assert(
      found.some((line) => line.startsWith("triggers.yaml, line ") && line.includes(expected)),
      found.join("\n") || "no problem",
    );
    assert.deepEqual(triggers, []);
  });
}

Deno.test("loadTriggers() keeps the triggers beside one with a problem", async () => {
  await using project = await projectWith(
    `${FULL}  broken: { pipeline: nothing_of_it, api: {} }\n`,
  );
  const { problems, triggers } = await loadTriggers(project.folder);
  assert.deepEqual([problems.length, triggers.length], [1, 6]);
});

Deno.test("editTriggers() changes the text and keeps the file's mode", async () => {
  await using project = await projectWith(FULL);
  await Deno.chmod(`${project.folder}/triggers.yaml`, 0o640);
  const { etag } = await loadTriggers(project.folder);
  const after = await editTriggers(
    project.folder,
    etag,
    (text) => text.replace("enabled: false", "enabled: true"),
  );
  assert.equal(after.triggers[0]?.enabled, true);
  const text = await project.read("triggers.yaml");
  assert.equal(text, FULL.replace("enabled: false", "enabled: true"));
  assert.equal((await Deno.stat(`${project.folder}/triggers.yaml`)).mode! & 0o777, 0o640);
});

Deno.test("editTriggers() refuses a change that was made for an older file", async () => {
  await using project = await projectWith(FULL);
  const { etag } = await loadTriggers(project.folder);
  await project.write("triggers.yaml", `${FULL}# more\n`);
  await assert.rejects(() => editTriggers(project.folder, etag, (text) => text), StaleFileError);
});

Deno.test("editTriggers() refuses a change that would bring a problem, and writes nothing", async () => {
  await using project = await projectWith(FULL);
  const { etag } = await loadTriggers(project.folder);
  const change = editTriggers(
    project.folder,
    etag,
    (text) => text.replace('"30 6 * * *"', '"whenever"'),
  );
  await assert.rejects(
    change,
    /^Error: Cannot change triggers.yaml, line 7:15: `schedule` is "whenever"/,
  );
  assert.equal(await project.read("triggers.yaml"), FULL);
});

Deno.test("editTriggers() makes the file where there is none", async () => {
  await using project = await projectWith();
  const { triggers } = await editTriggers(project.folder, "", (_, document) => {
    document.setIn(["triggers", "hook"], { pipeline: "taxi", api: {} });
    return document.toString();
  });
  assert.equal(triggers[0]?.name, "hook");
});
