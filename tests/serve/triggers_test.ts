import assert from "node:assert/strict";
import { join } from "node:path";
import { SMALL } from "../commands/notebooks.ts";
import { serve } from "./served.ts";

const FILE = `# what runs by itself
triggers:
  nightly:
    pipeline: small
    schedule: "@daily" # after the load
    enabled: false
`;

Deno.test("triggerRoutes() list triggers, change enabled, keep comments and refuse stale changes", async () => {
  await using served = await serve({ small: SMALL });
  const file = join(served.folder, "triggers.yaml");
  await Deno.writeTextFile(file, FILE);
  const listed = await served.get("/api/triggers");
  const etag = listed.headers.get("etag")!;
  const { triggers, problems } = await listed.json();
  assert.deepEqual(problems, []);
  assert.deepEqual([triggers[0].name, triggers[0].enabled], ["nightly", false]);
  const patch = (name: string, body: unknown, headers: Record<string, string> = {}) =>
    served.get(`/api/triggers/${name}`, {
      method: "PATCH",
      body: typeof body === "string" ? body : JSON.stringify(body),
      headers: { "content-type": "application/json", ...headers },
    });

  const changed = await patch("nightly", { enabled: true }, { "if-match": etag });
  assert.equal(changed.status, 200);
  assert.equal((await changed.json()).enabled, true);
  assert.equal(await Deno.readTextFile(file), FILE.replace("enabled: false", "enabled: true"));

  const refused: [string, unknown, Record<string, string>, number, RegExp][] = [
    ["nightly", { enabled: false }, { "if-match": etag }, 412, /changed meanwhile/],
    ["nightly", { enabled: "no" }, {}, 400, /enabled/],
    ["nightly", { enabled: true, more: 1 }, {}, 400, /more/],
    ["nightly", "{", {}, 400, /as JSON/],
    ["nightly", "{}", { "content-type": "text/plain" }, 415, /send application\/json/],
    ["nightly", "x".repeat(1_100_000), {}, 413, /more than 1000000 bytes/],
    ["other", { enabled: true }, {}, 404, /triggers\.yaml has nightly/],
    ["..%2F..%2Fx", { enabled: true }, {}, 400, /no slashes/],
  ];
  for (const [name, body, headers, status, pattern] of refused) {
    const response = await patch(name, body, headers);
    const { detail } = await response.json();
    assert.equal(response.status, status, detail);
    assert.match(detail, pattern);
  }
  assert.equal(await Deno.readTextFile(file), FILE.replace("enabled: false", "enabled: true"));
});
