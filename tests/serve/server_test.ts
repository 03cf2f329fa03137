import assert from "node:assert/strict";
import { join } from "node:path";
import { projectOf } from "../commands/project_of.ts";
import { SMALL } from "../commands/notebooks.ts";
import { sendRaw } from "./served.ts";
import { findServer } from "../../runtime/serve/server_file.ts";

/** The first line that a process prints. */
async function firstLine(child: Deno.ChildProcess): Promise<string> {
  const reader = child.stdout.pipeThrough(new TextDecoderStream()).getReader();
  let text = "";
  while (!text.includes("\n")) {
    const { value, done } = await reader.read();
    if (done) break;
    text += value;
  }
  reader.releaseLock();
  return text.split("\n")[0]!;
}

/** The processes whose command line or parent tells that they belong to `pid`. */
async function childrenOf(pid: number): Promise<readonly number[]> {
  const found: number[] = [];
  for await (const { name } of Deno.readDir("/proc")) {
    if (!/^\d+$/.test(name)) continue;
    const stat = await Deno.readTextFile(join("/proc", name, "stat")).catch(() => "");
    const parent = Number(stat.slice(stat.lastIndexOf(")") + 2).split(" ")[1]);
    if (parent === pid) found.push(Number(name));
  }
  return found;
}

Deno.test("serve refuses a second server, ends with SIGTERM, and is replaced after kill -9", async () => {
  using project = projectOf({ "notebooks/small.ipynb": SMALL });
  const first = project.start(["serve", "--port", "0"]);
  const line = await firstLine(first);
  const [, url] = /at (http:\/\/127\.0\.0\.1:\d+)\/\?token=[\w-]{43}$/.exec(line) ?? [];
  assert.ok(url, line);
  const server = await findServer(project.folder);
  assert.equal(server?.url, url);
  assert.equal(server?.pid, first.pid);
  const { mode } = await Deno.stat(join(project.folder, ".sluice/server.json"));
  assert.equal(mode! & 0o777, 0o600);

  const second = await project.call(["serve", "--port", "0"]);
  assert.equal(second.code, 1);
  assert.ok(second.stderr.includes(`one runs at ${url} (process ${first.pid})`), second.stderr);

  first.kill("SIGKILL");
  await first.status;
  await Promise.all([first.stderr.cancel()]);
  assert.equal(await findServer(project.folder), undefined);

  const third = project.start(["serve", "--port", "0"]);
  await firstLine(third);
  const children = await childrenOf(third.pid);
  third.kill("SIGTERM");
  assert.equal((await third.status).code, 0);
  await third.stderr.cancel();
  for (const pid of children) assert.throws(() => Deno.statSync(`/proc/${pid}`), `${pid} is left`);
  assert.equal(await findServer(project.folder), undefined);
});

Deno.test("serve refuses an address that others reach without a token and named hosts", async () => {
  using project = projectOf();
  const long = "x".repeat(32);
  const cases: [string[], Record<string, string>, RegExp][] = [
    [["--host", "0.0.0.0"], {}, /set SLUICE_TOKEN, 32 characters or more/],
    [["--host", "0.0.0.0"], { SLUICE_TOKEN: "short" }, /it has 5 characters, and needs 32/],
    [["--host", "0.0.0.0"], { SLUICE_TOKEN: long }, /name the hosts .* --allow-host/],
    [["--port", "70000"], {}, /write a number from 0 to 65535/],
  ];
  await Promise.all(cases.map(async ([args, env, pattern]) => {
    const { code, stderr } = await project.call(["serve", ...args], { env });
    assert.notEqual(code, 0);
    assert.match(stderr, pattern);
  }));
});

Deno.test("serve is reached by the address that it was given, and by the hosts that were named", async () => {
  using project = projectOf({ "triggers.yaml": "triggers: {}\n" });
  const token = "x".repeat(32);
  const process = project.start(
    ["serve", "--host", "127.0.0.2", "--port", "0", "--allow-host", "sluice.test"],
    { env: { SLUICE_TOKEN: token } },
  );
  const line = await firstLine(process);
  const url = /http:\/\/127\.0\.0\.2:\d+/.exec(line)?.[0];
  assert.ok(url, line);
  const asked = await project.call(["triggers", "--enable", "nope"]);
  assert.equal(asked.stderr, "Cannot find trigger nope; triggers.yaml has none\n");
  for (const [host, status] of [["sluice.test", 200], ["evil.example", 403]] as const) {
    const request = ["GET /api/runs HTTP/1.1", `Host: ${host}`, `Authorization: Bearer ${token}`];
    assert.equal((await sendRaw(url, request)).status, status, host);
  }
  process.kill("SIGTERM");
  await process.status;
  await process.stderr.cancel();
});
