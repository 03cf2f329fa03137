import assert from "node:assert/strict";
import { Field, Int32, makeData, Schema } from "apache-arrow";
import { BatchSpool } from "../../runtime/table/batch_spool.ts";
import { recordBatch } from "../../runtime/table/record_batch.ts";

const schema = new Schema([new Field("n", new Int32())]);
const ROWS = 2 ** 18;

function batchOf(value: number) {
  const data = new Int32Array(ROWS).fill(value);
  return recordBatch(schema, [makeData({ type: new Int32(), length: ROWS, data })], ROWS);
}

Deno.test("BatchSpool gives each group's batches back in order, more than it keeps in memory", async () => {
  using spool = await BatchSpool.open(schema);
  const groups = [2, 0, 1, 0, 2, 2].flatMap((group) => Array.from({ length: 8 }, () => group));
  for (const [at, group] of groups.entries()) await spool.add(group, batchOf(at));
  await spool.finish();
  for (const group of [0, 1, 2]) {
    const expected = groups.entries().filter(([, each]) => each === group).map(([at]) => at);
    const batches = spool.batches(group).map((batch) => batch.getChildAt(0)!.toArray());
    assert.deepEqual(batches.map(([first]) => first).toArray(), [...expected]);
    assert.equal(spool.rows(group), groups.filter((each) => each === group).length * ROWS);
  }
});

Deno.test("BatchSpool lets groups be read side by side", async () => {
  using spool = await BatchSpool.open(schema);
  for (const at of [0, 1, 2, 3]) await spool.add(at % 2, batchOf(at));
  await spool.finish();
  const firsts = [spool.batches(0), spool.batches(1), spool.batches(0)].map((batches) =>
    batches.map((batch) => batch.getChildAt(0)!.get(0))
  );
  const turns = [0, 1, 2, 0, 1, 2].map((reader) => firsts[reader]!.next().value);
  assert.deepEqual(turns, [0, 1, 0, 2, 3, 2]);
});
