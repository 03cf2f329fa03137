import assert from "node:assert/strict";
import { SMALL } from "../commands/notebooks.ts";
import { allRoutes, filled, parametersIn, type Route } from "./routes.ts";
import { sendRaw, serve } from "./served.ts";

const FOREIGN = "http://evil.example";
const UP = "..%2F..%2Fetc%2Fpasswd";

/** What answers without the server's token; hooks have tokens of their own. */
const OPEN = [
  "GET /healthz",
  "GET /readyz",
  "POST /hooks/:trigger",
  "GET /assets/page.css",
  "GET /assets/:file",
];

const ROUTES = await allRoutes();

Deno.test("guards() refuse what does not come from the person", async (test) => {
  await using served = await serve({ small: SMALL });
  const { url, token } = served.server;
  const { host } = new URL(url);
  const own = [`Host: ${host}`, `Authorization: Bearer ${token}`];

  await test.step("without the token: every route but a few", async () => {
    const open: string[] = [];
    for (const route of ROUTES) {
      const response = await fetch(url + filled(route), { method: route.method });
      const text = await response.text();
      if (response.status !== 401) open.push(`${route.method} ${route.path}`);
      else if (route.path.startsWith("/hooks")) open.push(`${route.method} ${route.path}`);
      else assert.match(text, /send Authorization: Bearer/, route.path);
    }
    assert.deepEqual(open.sort(), [...OPEN].sort());
    assert.ok(ROUTES.length > 30, `${ROUTES.length} routes`);
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
    for (const route of ROUTES) {
      const path = filled(route);
      const foreign = await sendRaw(url, [
        `${route.method} ${path} HTTP/1.1`,
        "Host: evil.example",
        `Authorization: Bearer ${token}`,
      ]);
      assert.equal(foreign.status, 403, path);
      assert.match(foreign.text, /host evil\.example/);
      for (const origin of [FOREIGN, "null", `http://localhost:1`]) {
        const { status } = await sendRaw(url, [
          `${route.method} ${path} HTTP/1.1`,
          ...own,
          `Origin: ${origin}`,
        ]);
        assert.equal(status, 403, `${path} from ${origin}`);
      }
    }
    for (const path of ["/healthz", "/api/runs", "/"]) {
      const { status } = await sendRaw(url, [`GET ${path} HTTP/1.1`, ...own, `Origin: ${url}`]);
      assert.equal(status, 200, path);
    }
  });

  await test.step("../ in every path parameter", async () => {
    for (const route of ROUTES) {
      for (const name of parametersIn(route)) {
        for (const up of [UP, "%2e%2e%2fx", "..%5C..%5Cx", "a%00b", "%ZZ"]) {
          const sent = `${route.method} ${filled(route, name, up)} HTTP/1.1`;
          const { status, text } = await sendRaw(url, [sent, ...own]);
          assert.equal(status, 400, `${sent}: ${text}`);
        }
        const plain = `${route.method} ${filled(route, name, "../../../../etc/passwd")} HTTP/1.1`;
        const { status } = await sendRaw(url, [plain, ...own]);
        assert.ok(status === 400 || status === 404, `${plain}: ${status}`);
        const long = `${route.method} ${filled(route, name, "x".repeat(201))} HTTP/1.1`;
        const { status: tooLong } = await sendRaw(url, [long, ...own]);
        assert.equal(tooLong, 400, long);
      }
    }
  });

  await test.step("a body that is too large, told by its length or not, or is no JSON", async () => {
    const changes = ROUTES.filter(({ method }) => method !== "GET");
    const send = (route: Route, body: BodyInit, type = "application/json") =>
      served.get(filled(route), {
        method: route.method,
        body,
        headers: { "content-type": type },
      });
    for (const route of changes) {
      const name = `${route.method} ${route.path}`;
      const long = "x".repeat(1_100_000);
      const told = await send(route, long);
      assert.equal(told.status, 413, name);
      assert.match(await told.text(), /more than 1000000 bytes/);
      if (route.path.startsWith("/hooks")) continue; // Read once its own token is known.
      const untold = await send(route, ReadableStream.from([new TextEncoder().encode(long)]));
      assert.equal(untold.status, 413, name);
      await untold.body?.cancel();
      for (
        const [body, type, status] of [
          ["{", "application/json", 400],
          ["{}", "text/plain", 415],
          ["a=1", "application/x-www-form-urlencoded", 415],
        ] as const
      ) {
        const response = await send(route, body, type);
        assert.equal(response.status, status, `${name}: ${body}`);
        assert.match(await response.text(), /as JSON|send application\/json/);
      }
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
