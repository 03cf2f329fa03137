import assert from "node:assert/strict";
import { SMALL } from "../commands/notebooks.ts";
import { sendRaw, serve } from "./served.ts";

const FOREIGN = "http://evil.example";
const UP = "..%2F..%2Fetc%2Fpasswd";

/** Every route with a path parameter, the parameter written `:p`. */
const WITH_PARAMETERS = [
  "/api/pipelines/:p",
  "/api/pipelines/:p/graph",
  "/api/runs/:p",
  "/api/runs/:p/logs",
  "/api/runs/:p/artifacts",
  "/api/triggers/:p",
  "/api/backfills/:p",
  "/pipelines/:p",
  "/runs/:p",
];

Deno.test("guards() refuse what does not come from the person", async (test) => {
  await using served = await serve({ small: SMALL });
  const { url, token } = served.server;
  const { host } = new URL(url);
  const own = [`Host: ${host}`, `Authorization: Bearer ${token}`];

  await test.step("without the token: every route but health", async () => {
    for (const path of ["/", "/runs", "/metrics", "/api/runs", "/api/events", "/api/pipelines"]) {
      const response = await fetch(url + path);
      assert.equal(response.status, 401, path);
      assert.match(await response.text(), /send Authorization: Bearer/);
    }
    for (const path of ["/healthz", "/readyz"]) {
      const response = await fetch(url + path);
      assert.equal(response.status, 200, path);
      await response.body?.cancel();
    }
  });

  await test.step("with another token, in the header, the address or the cookie", async () => {
    const wrong = token.replace(/^./, (first) => first === "a" ? "b" : "a");
    const tries: [string, HeadersInit][] = [
      ["/api/runs", { authorization: `Bearer ${wrong}` }],
      [`/api/runs?token=${wrong}`, {}],
      ["/api/runs", { cookie: `sluice_${new URL(url).port}=${wrong}` }],
      ["/api/runs", { cookie: `sluice_${new URL(url).port}=${token}` }],
    ];
    for (const [path, headers] of tries) {
      const response = await fetch(url + path, { headers });
      assert.equal(response.status, 401, JSON.stringify(headers));
      await response.body?.cancel();
    }
  });

  await test.step("the printed address leaves a cookie and loses its token", async () => {
    const first = await fetch(`${url}/?token=${token}`, { redirect: "manual" });
    await first.body?.cancel();
    assert.equal(first.status, 303);
    assert.equal(first.headers.get("location"), "/");
    const cookie = first.headers.get("set-cookie") ?? "";
    assert.match(cookie, /HttpOnly/);
    assert.match(cookie, /SameSite=Strict/);
    assert.ok(!cookie.includes(token));
    const again = await fetch(url, { headers: { cookie: cookie.split(";")[0]! } });
    assert.equal(again.status, 200);
    assert.match(await again.text(), /^<!doctype html>/);
    const change = await fetch(`${url}/api/runs`, {
      method: "POST",
      headers: { cookie: cookie.split(";")[0]! },
    });
    assert.equal(change.status, 403, "a change by the cookie alone, from nowhere");
    await change.body?.cancel();
  });

  await test.step("a foreign Host or Origin, health included", async () => {
    for (const path of ["/healthz", "/api/runs", "/"]) {
      const foreign = await sendRaw(url, [
        `GET ${path} HTTP/1.1`,
        "Host: evil.example",
        `Authorization: Bearer ${token}`,
      ]);
      assert.equal(foreign.status, 403, path);
      assert.match(foreign.text, /host evil\.example/);
      for (const origin of [FOREIGN, "null", `http://localhost:1`]) {
        const { status } = await sendRaw(url, [
          `GET ${path} HTTP/1.1`,
          ...own,
          `Origin: ${origin}`,
        ]);
        assert.equal(status, 403, `${path} from ${origin}`);
      }
      const { status } = await sendRaw(url, [`GET ${path} HTTP/1.1`, ...own, `Origin: ${url}`]);
      assert.equal(status, 200, path);
    }
  });

  await test.step("../ in every path parameter", async () => {
    for (const path of WITH_PARAMETERS) {
      for (const up of [UP, "%2e%2e%2fx", "..%5C..%5Cx", "a%00b", "%ZZ"]) {
        const sent = path.replace(":p", up);
        const { status, text } = await sendRaw(url, [`GET ${sent} HTTP/1.1`, ...own]);
        assert.equal(status, 400, `${sent}: ${text}`);
      }
      const plain = path.replace(":p", "../../../../etc/passwd");
      const { status } = await sendRaw(url, [`GET ${plain} HTTP/1.1`, ...own]);
      assert.ok(status === 400 || status === 404, `${plain}: ${status}`);
    }
  });

  await test.step("a body too large, told by its length or not", async () => {
    for (const stream of [false, true]) {
      const text = "x".repeat(1_100_000);
      const body = stream ? ReadableStream.from([new TextEncoder().encode(text)]) : text;
      const response = await served.get("/api/runs", { method: "POST", body });
      assert.equal(response.status, 413);
      assert.match(await response.text(), /more than 1000000 bytes/);
    }
  });

  await test.step("answers are for this page alone", async () => {
    const response = await served.get("/");
    await response.body?.cancel();
    assert.match(response.headers.get("content-security-policy") ?? "", /default-src 'none'/);
    assert.equal(response.headers.get("x-frame-options"), "DENY");
    assert.equal(response.headers.get("access-control-allow-origin"), null);
  });
});
