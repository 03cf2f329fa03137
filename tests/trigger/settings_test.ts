import assert from "node:assert/strict";
import { DEFAULT_SETTINGS, loadSettings, settingsFrom } from "../../runtime/trigger/settings.ts";
import { withProjectVariables } from "../../runtime/trigger/project_variables.ts";
import { TestProject } from "./project.ts";

const DAY = 24 * 3_600_000;

Deno.test("settingsFrom() reads all that the file may say", async () => {
  const settings = await settingsFrom(`
name: taxi project
variables: { city: Oslo, limit: 5, zones: [a, b] }
limits: { runs: 4, runs_per_pipeline: 2, memory: 1.5GB }
retention:
  runs: { age: 90d, count: 1000 }
  logs: { age: 30d }
alerts:
  smtp: { host: mail.example.org, from: sluice@example.org }
  rules:
    - { on: [failed, missed_sla], webhook: "{{ env_var('SLACK') }}" }
    - { on: completed, pipelines: [taxi], email: [a@example.org], text: "{{ run.id }}" }
`);
  assert.deepEqual(settings.problems, []);
  assert.deepEqual(settings.variables, { city: "Oslo", limit: "5", zones: '["a","b"]' });
  assert.deepEqual(settings.limits, { runs: 4, runsPerPipeline: 2, maxHeapMb: 1500 });
  assert.deepEqual(settings.retention, {
    runs: { ageMs: 90 * DAY, count: 1000 },
    logs: { ageMs: 30 * DAY, count: undefined },
    outputs: { ageMs: undefined, count: 20, bytes: 10e9 },
  });
  assert.equal(settings.alerts.smtp?.port, 587);
  assert.deepEqual(settings.alerts.rules.map(({ target }) => target.kind), ["webhook", "email"]);
});

const wrong: readonly (readonly [string, string])[] = [
  ["limts: {}", "line 1:1: unknown key `limts`; did you mean `limits`?"],
  ["limits: { run: 3 }", "line 1:11: unknown key `run` in `limits`; did you mean `runs`?"],
  ["limits: { runs: none }", 'line 1:17: `limits.runs` is "none"; write a whole number from 1'],
  ["retention: { outputs: { size: 5 } }", "`retention.outputs.size` is"],
  ["retention: { runs: { size: 5GB } }", "unknown key `size` in `retention.runs`"],
  ["limits: { memory: 512 }", 'line 1:19: `limits.memory` is "512"; write at least 16 MB'],
  ["retention: { runs: 90d }", 'line 1:20: `retention.runs` is "90d"; write keys below it'],
  ["retention: { runs: { age: 90 } }", "`retention.runs.age` is 90; write a duration"],
  ["alerts: { rules: [{ on: [broken], webhook: x }] }", '`on` has "broken"; write failed'],
  ["alerts: { rules: [{ on: [failed] }] }", "a rule tells nobody, or two"],
  ["alerts: { rules: [{ on: [failed], email: [a] }] }", "an e-mail needs `smtp`"],
  ["alerts: { rules: { on: [failed] } }", "`alerts.rules` is"],
  ["name: [", "not YAML: "],
];

for (const [text, expected] of wrong) {
  Deno.test(`settingsFrom() tells what is wrong in ${text}`, async () => {
    const { problems, ...settings } = await settingsFrom(text);
    const found = problems.map((problem) => problem.text).join("\n");
    assert(found.startsWith("sluice.yaml, line ") && found.includes(expected), found);
    assert.deepEqual({ ...settings, problems: [] }, DEFAULT_SETTINGS);
  });
}

Deno.test("withProjectVariables() adds what the pipeline has a parameter for, below what is given", async () => {
  await using project = new TestProject();
  await project.addPipeline("taxi");
  assert.equal(await loadSettings(project.folder), DEFAULT_SETTINGS);
  await project.write("sluice.yaml", "variables: { city: Bergen, unknown: 1 }\n");
  const { folder } = project;
  assert.deepEqual(await withProjectVariables("taxi", {}, folder), { city: "Bergen" });
  assert.deepEqual(await withProjectVariables("taxi", { city: "Rome" }, folder), { city: "Rome" });
});
