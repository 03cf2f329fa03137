import assert from "node:assert/strict";
import { mapElements } from "../../runtime/context/map_elements.ts";
import { Resources } from "../../runtime/context/resources.ts";
import { run } from "../../runtime/context/run.ts";
import { currentScope, type Scope, withScope } from "../../runtime/context/scope.ts";

function scopeOf(id: string): Scope {
  return {
    run: {
      id,
      pipeline: "sample",
      executionDate: Temporal.ZonedDateTime.from("2024-03-01T00:00[UTC]"),
      interval: undefined,
      variables: {},
      event: undefined,
      signal: new AbortController().signal,
      attempt: 1,
      live: false,
    },
    block: undefined,
    element: undefined,
    notebookFolder: "/",
    projectFolder: "/",
    profile: undefined,
    resources: new Resources(),
    report: () => {},
    registerHandler: () => {},
    nextCall: () => 0,
    each: mapElements,
  };
}

Deno.test("run reads the scope of the code that asks, over awaits and side by side", async () => {
  const read = (id: string) =>
    withScope(scopeOf(id), async () => {
      const before = run.id;
      await new Promise((resolve) => setTimeout(resolve, 5));
      return [before, run.id, run.executionDate.year];
    });
  assert.deepEqual(await Promise.all([read("a"), read("b")]), [
    ["a", "a", 2024],
    ["b", "b", 2024],
  ]);
  assert.equal(currentScope(), undefined);
});

Deno.test("Resources opens each thing once and closes all, last first, failures told after", async () => {
  const closed: string[] = [];
  const resources = new Resources();
  const open = (name: string, fails = false) =>
    resources.use(name, () =>
      Promise.resolve({
        close() {
          closed.push(name);
          if (fails) throw new Error(`${name} is stuck`);
        },
      }));
  assert.equal(await open("a"), await open("a"));
  await open("b", true);
  await open("c");
  await assert.rejects(resources.close(), (error: AggregateError) => {
    assert.deepEqual(error.errors.map(({ message }) => message), ["b is stuck"]);
    return true;
  });
  assert.deepEqual(closed, ["c", "b", "a"]);
});

Deno.test("Resources tries again what did not open", async () => {
  const resources = new Resources();
  await assert.rejects(resources.use("a", () => Promise.reject(new Error("refused"))), /refused/);
  const opened = { close: () => {} };
  assert.equal(await resources.use("a", () => Promise.resolve(opened)), opened);
});
