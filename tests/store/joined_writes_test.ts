import assert from "node:assert/strict";
import { JoinedWrites } from "../../runtime/store/joined_writes.ts";

/** Writes that note in which transaction they were made. */
function sample() {
  const transactions: string[][] = [];
  const writes = new JoinedWrites((work) => {
    transactions.push([]);
    work();
  });
  const note = (name: string) => () => void transactions.at(-1)?.push(name);
  return { transactions, writes, note };
}

Deno.test("JoinedWrites writes what may wait in the transaction of what follows, in its order", async () => {
  const { transactions, writes, note } = sample();
  const told: string[] = [];
  const ended = writes.soon(note("end")).then(() => told.push("end"));
  await Promise.resolve();
  const started = writes.now(note("start")).then(() => told.push("start"));
  assert.deepEqual(transactions, [["end", "start"]]);
  await Promise.all([started, ended]);
  assert.deepEqual(told, ["end", "start"]);
});

Deno.test("JoinedWrites writes by itself what nothing follows, before the turn ends", async () => {
  const { transactions, writes, note } = sample();
  const { promise: nextTurn, resolve } = Promise.withResolvers<void>();
  const channel = new MessageChannel();
  channel.port1.onmessage = () => resolve();
  channel.port2.postMessage(null);
  const ended = [writes.soon(note("one")), writes.soon(note("other"))];
  await nextTurn;
  assert.deepEqual(transactions, [["one", "other"]]);
  await Promise.all(ended);
  channel.port1.close();
});

Deno.test("JoinedWrites gives the results, and refuses all of a transaction that fails", async () => {
  const failure = new Error("disk full");
  let isFull = false;
  const writes = new JoinedWrites((work) => {
    work();
    if (isFull) throw failure;
  });
  assert.equal(await writes.now(() => 42), 42);
  isFull = true;
  const refused = [writes.soon(() => {}), writes.now(() => 1)];
  for (const one of refused) await assert.rejects(one, failure);
  isFull = false;
  await writes.soon(() => {});
});
