import assert from "node:assert/strict";
import { Waiting } from "../../../runtime/io/postgres/waiting.ts";

Deno.test("Waiting.for() gives what comes, and nothing once all is over", async () => {
  const { promise: over, resolve: end } = Promise.withResolvers<void>();
  using waiting = new Waiting(over, undefined);
  assert.equal(await waiting.for(Promise.resolve(1)), 1);
  const pending = waiting.for(new Promise<number>(() => {}));
  end();
  assert.equal(await pending, undefined);
  assert.equal(await waiting.for(Promise.resolve(2)), undefined);
});

Deno.test("Waiting.for() throws what ended all, what aborted it, or what it waited for", async () => {
  const { promise: over, reject: fail } = Promise.withResolvers<void>();
  using failing = new Waiting(over, undefined);
  await assert.rejects(failing.for(Promise.reject(new Error("no batch"))), /no batch/);
  const pending = failing.for(new Promise(() => {}));
  fail(new Error("the server gave up"));
  await assert.rejects(pending, /the server gave up/);
  await assert.rejects(failing.for(Promise.resolve(1)), /the server gave up/);

  const cancel = new AbortController();
  using aborted = new Waiting(new Promise(() => {}), cancel.signal);
  const waited = aborted.for(new Promise(() => {}));
  cancel.abort(new Error("cancelled"));
  await assert.rejects(waited, /cancelled/);
});
