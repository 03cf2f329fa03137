import assert from "node:assert/strict";
import { SMTPServer } from "smtp-server";
import { lookForAlerts } from "../../runtime/trigger/alerts.ts";
import type { Alerts } from "../../runtime/trigger/alert_rules.ts";
import { settingsFrom } from "../../runtime/trigger/settings.ts";
import { dispatched, waitFor } from "../dispatch/dispatched.ts";
import { FakeClock, TestProject } from "./project.ts";

/** A webhook that answers with the given statuses, the last of them from then on. */
function webhook(...statuses: readonly number[]) {
  const texts: string[] = [];
  let calls = 0;
  const server = Deno.serve({ port: 0, hostname: "127.0.0.1", onListen() {} }, async (request) => {
    const { text } = await request.json();
    const status = statuses[Math.min(calls++, statuses.length - 1)] ?? 200;
    if (status === 200) texts.push(text);
    return new Response("said", { status });
  });
  const url = `http://127.0.0.1:${server.addr.port}/hook`;
  return { url, texts, [Symbol.asyncDispose]: () => server.shutdown() };
}

/** A mailbox behind a real SMTP server that wants a password. */
async function mailbox() {
  const messages: { to: string[]; text: string }[] = [];
  const server = new SMTPServer({
    disabledCommands: ["STARTTLS"],
    allowInsecureAuth: true,
    onAuth: ({ username, password }, _session, done) =>
      username === "sluice" && password === "correct horse"
        ? done(null, { user: username })
        : done(new Error("535 wrong password")),
    onData(stream, { envelope }, done) {
      const parts: Uint8Array[] = [];
      stream.on("data", (part: Uint8Array) => parts.push(part));
      stream.on("end", () => {
        const to = envelope.rcptTo.map(({ address }) => address);
        messages.push({ to, text: parts.map((part) => new TextDecoder().decode(part)).join("") });
        done();
      });
    },
  });
  await new Promise<void>((resolve) => void server.listen(0, "127.0.0.1", resolve));
  const { port } = server.server.address() as { port: number };
  const close = () => new Promise<void>((resolve) => server.close(resolve));
  return { port, messages, [Symbol.asyncDispose]: close };
}

async function watching(text: string) {
  const { alerts, problems } = await settingsFrom(text);
  assert.deepEqual(problems, []);
  return watchingWith(alerts);
}

async function watchingWith(alerts: Alerts) {
  const project = new TestProject();
  const clock = new FakeClock(50_000);
  const errors: string[] = [];
  const look = () =>
    lookForAlerts({
      projectFolder: project.folder,
      store: project.store,
      alerts: () => alerts,
      clock,
      onError: (error) => errors.push((error as Error).message),
    });
  await look();
  return {
    project,
    clock,
    errors,
    look,
    [Symbol.asyncDispose]: () => project[Symbol.asyncDispose](),
  };
}

Deno.test("lookForAlerts() tells a webhook of a failure once, and not of what it is not asked for", async () => {
  await using hook = webhook(200);
  await using watched = await watching(
    `alerts: { rules: [{ on: [failed], pipelines: [taxi], webhook: "${hook.url}" }] }`,
  );
  const { project, look } = watched;
  await project.addRun("a", { status: "failed", error: "no such table" });
  await project.addRun("b", { status: "completed" });
  await project.addRun("c", { status: "failed", pipeline: "other" });
  await look();
  await look();
  assert.deepEqual(hook.texts, [
    "taxi failed (a, execution date 2024-03-01T00:00:00+00:00[UTC]): no such table",
  ]);
});

Deno.test("lookForAlerts() tries again later what was not taken, and not after it was", async () => {
  await using hook = webhook(503, 200);
  await using watched = await watching(
    `alerts: { rules: [{ on: [completed], webhook: "${hook.url}", text: "{{ run.id }} {{ said }}" }] }`,
  );
  const { project, clock, look, errors } = watched;
  await project.addRun("a", { status: "completed" });
  await look();
  await look();
  assert.deepEqual(hook.texts, []);
  assert.match(
    errors.join("\n"),
    /^Cannot send the alert to 127\.0\.0\.1:\d+: it answered 503 said$/,
  );
  clock.time += 5_000;
  project.reopenStore();
  await look();
  clock.time += 60_000;
  await look();
  assert.deepEqual(hook.texts, ["a completed"]);
});

Deno.test("lookForAlerts() tells of the end of a run alone, and not of a try that another follows", async () => {
  await using hook = webhook(200);
  await using watched = await watching(
    `alerts: { rules: [{ on: [failed, completed], webhook: "${hook.url}", text: "{{ said }}" }] }`,
  );
  const { project, look } = watched;
  await project.addRun("a", { status: "failed" });
  const lease = await project.store.resumeRun("a", [], { variables: {}, leaseMs: 60_000 });
  await look();
  assert.deepEqual(hook.texts, []);
  const writer = project.store.writer(lease);
  await writer.startRun(2000);
  await writer.endRun({ status: "completed", at: 2100, ms: 100, error: null, peakRssBytes: null });
  await project.store.releaseLease(lease);
  await look();
  assert.deepEqual(hook.texts, ["completed"]);
});

Deno.test("lookForAlerts() sends e-mail, with the password from .env and a subject of one line", async () => {
  await using box = await mailbox();
  await using watched = await watching(`
alerts:
  smtp: { host: 127.0.0.1, port: ${box.port}, tls: never, from: sluice@example.org,
    user: sluice, password: "{{ env_var('MAIL_PASSWORD') }}" }
  rules:
    - { on: failed, email: [a@example.org, b@example.org], subject: "Sluice: {{ run.pipeline }} {{ said }}" }
`);
  const { project, look, errors } = watched;
  await project.write(".env", "MAIL_PASSWORD=correct horse\n");
  await project.addRun("a", { status: "failed", error: "the horse: correct horse" });
  await look();
  assert.deepEqual(errors, []);
  const [message] = box.messages;
  assert.deepEqual(message?.to, ["a@example.org", "b@example.org"]);
  assert.match(message?.text ?? "", /^Subject: Sluice: taxi failed\r?$/m);
  const body = message?.text.replaceAll("=\r\n", "") ?? "";
  assert.match(body, /the horse: \*\*\*/);
});

Deno.test("lookForAlerts() says which template or variable is wrong", async () => {
  await using hook = webhook(200);
  await using watched = await watching(`
alerts:
  rules:
    - { on: failed, webhook: "{{ env_var('NO_SUCH_VARIABLE') }}" }
    - { on: failed, webhook: "${hook.url}", text: "{{ run.id" }
`);
  await watched.project.addRun("a", { status: "failed" });
  await watched.look();
  const [first, second] = watched.errors.sort();
  assert.match(first ?? "", /NO_SUCH_VARIABLE.*: the variable NO_SUCH_VARIABLE is not set/);
  assert.match(second ?? "", /^Cannot render "\{\{ run\.id" of sluice\.yaml: /);
});

Deno.test("lookForAlerts() tells once of a run that is not done within its SLA, and not of one that was", async () => {
  await using hook = webhook(200);
  const { alerts } = await settingsFrom(
    `alerts: { rules: [{ on: [missed_sla], webhook: "${hook.url}", text: "{{ run.pipeline }} {{ said }}" }] }`,
  );
  await using project = await dispatched({
    slow: [`//| loader: load\n${waitFor("go")}\nconst n = 1;`],
    quick: ["//| loader: load\nconst n = 1;"],
  });
  const clock = new FakeClock(Date.now());
  const { store, folder: projectFolder, dispatcher } = project;
  const look = () =>
    lookForAlerts({
      projectFolder,
      store,
      alerts: () => alerts,
      clock,
      onError: (error) => assert.fail(String(error)),
    });
  await look();
  const slow = await dispatcher.accept({ pipeline: "slow", slaMs: 600_000 });
  const quick = await dispatcher.accept({ pipeline: "quick", slaMs: 600_000 });
  await dispatcher.ended(quick.run);
  await look();
  clock.time += 700_000;
  await look();
  await look();
  assert.deepEqual(hook.texts, ["slow missed its SLA"]);
  project.write("go", "");
  await dispatcher.ended(slow.run);
});
