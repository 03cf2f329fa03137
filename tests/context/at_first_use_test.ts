import assert from "node:assert/strict";
import { atFirstUse } from "../../runtime/context/at_first_use.ts";

Deno.test("atFirstUse() loads when it is first called, and once", async () => {
  let loads = 0;
  const module = atFirstUse(() => Promise.resolve(++loads));
  assert.equal(loads, 0);
  assert.deepEqual(await Promise.all([module(), module()]), [1, 1]);
  assert.equal(await module(), 1);
});

Deno.test("atFirstUse() lets calls go on in their order, whether the module is there yet or not", async () => {
  const order: number[] = [];
  const { promise, resolve } = Promise.withResolvers<string>();
  const module = atFirstUse(() => promise);
  const call = async (number: number) => {
    await module();
    order.push(number);
  };
  const calls = [call(1), call(2)];
  void promise.then(() => calls.push(call(3)));
  resolve("loaded");
  await promise;
  await Promise.all([...calls, call(4)]);
  assert.deepEqual(order, [1, 2, 3, 4]);
});

Deno.test("atFirstUse() tries again after a load that failed", async () => {
  const answers = [Promise.reject(new Error("too many files are open")), Promise.resolve("loaded")];
  const module = atFirstUse(() => answers.shift()!);
  await assert.rejects(module(), /too many files are open/);
  assert.equal(await module(), "loaded");
});
