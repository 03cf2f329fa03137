/** What cells call, outside of every run: as in a script, a unit test or, but for `run`, in Jupyter. @module */
import assert from "node:assert/strict";
import { each } from "../../runtime/context/each.ts";
import { on } from "../../runtime/context/on.ts";
import { run } from "../../runtime/context/run.ts";
import { until } from "../../runtime/context/until.ts";
import { ConditionFailed, when } from "../../runtime/context/when.ts";

Deno.test("run throws outside of a run, and says what to do", () => {
  assert.throws(
    () => run.id,
    /^Error: run is not available here: run\.id was read outside of a run/,
  );
  assert.deepEqual(Object.keys(run).includes("executionDate"), true);
});

Deno.test("when() throws a signal where the condition does not hold, and narrows where it does", () => {
  const value: string | undefined = ["a"].at(0);
  when(value !== undefined);
  assert.equal(value.length, 1);
  assert.throws(() => when(0, "nothing there"), new ConditionFailed("nothing there"));
  assert.throws(() => when(null), ConditionFailed);
});

Deno.test("until() waits in place and gives what the condition gave", async () => {
  let looks = 0;
  assert.equal(await until(() => Promise.resolve(++looks === 3 && "here"), { every: 1 }), "here");
  assert.equal(looks, 3);
  await assert.rejects(
    until(() => false, { every: "1ms", timeout: "10ms" }),
    /did not come within 10ms; give until\(\) a longer timeout/,
  );
  await assert.rejects(until(() => true, { every: "often" }), {
    name: "TypeError",
    message: /Cannot read every of until\(\): "often" is no duration/,
  });
  await assert.rejects(until(() => true, { timeout: -1 }), /Cannot read timeout of until\(\): -1/);
});

Deno.test("each() gives results in order, with at most so many elements at once", async () => {
  for (const concurrency of [1, 2, 10]) {
    let atOnce = 0;
    let most = 0;
    const results = await each(new Set([5, 1, 3]), async (ms, index) => {
      most = Math.max(most, ++atOnce);
      await new Promise((resolve) => setTimeout(resolve, ms));
      atOnce -= 1;
      return `${index}: ${ms}`;
    }, { concurrency });
    assert.deepEqual(results, ["0: 5", "1: 1", "2: 3"]);
    assert.equal(most, Math.min(concurrency, 3));
  }
  assert.deepEqual(await each([], () => 1), []);
  await assert.rejects(each([1], () => 1, { concurrency: 0 }), /Cannot work on 0 elements at once/);
});

Deno.test("each() tries every element, then tells which failed", async () => {
  const seen: number[] = [];
  const work = (n: number) => {
    seen.push(n);
    if (n > 1) throw new Error(`no ${n}`);
  };
  await assert.rejects(each([1, 2, 3], work), (error: AggregateError) => {
    assert.equal(error.message, "2 of 3 elements failed; element 1: no 2");
    assert.equal(error.errors.length, 2);
    assert.equal((error.cause as Error).message, "no 2");
    return true;
  });
  assert.deepEqual(seen, [1, 2, 3]);
  await assert.rejects(each([1], () => when(false, "not today")), ConditionFailed);
});

Deno.test("on() registers live and calls nothing; an unknown outcome is an error", () => {
  on("failure", () => assert.fail("called"));
  assert.throws(() => on("error" as "failure", () => {}), /an outcome is one of success, failure/);
});
