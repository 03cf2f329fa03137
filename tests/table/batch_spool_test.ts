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
  for (const [at, group] of groups.entries()) await spool.add(group, ROWS, () => batchOf(at));
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
  for (const at of [0, 1, 2, 3]) await spool.add(at % 2, ROWS, () => batchOf(at));
  await spool.finish();
  const firsts = [spool.batches(0), spool.batches(1), spool.batches(0)].map((batches) =>
    batches.map((batch) => batch.getChildAt(0)!.get(0))
  );
  const turns = [0, 1, 2, 0, 1, 2].map((reader) => firsts[reader]!.next().value);
  assert.deepEqual(turns, [0, 1, 0, 2, 3, 2]);
});

Deno.test("BatchSpool keeps the order of few rows and many, and copies what it keeps", async () => {
  using spool = await BatchSpool.open(schema);
  const sizes = [3, ROWS, 5, 7, ROWS, 1];
  let next = 0;
  for (const [at, size] of sizes.entries()) {
    const first = next;
    await spool.add(at === 2 ? 1 : 0, size, (room) => {
      assert.equal(room !== undefined, size === ROWS, "room of their own is for rows that wait");
      const bytes = room?.(size * Int32Array.BYTES_PER_ELEMENT);
      const values = bytes
        ? new Int32Array(bytes.buffer, bytes.byteOffset, size)
        : new Int32Array(size);
      values.forEach((_, row) => values[row] = first + row);
      const data = makeData({ type: new Int32(), length: size, data: values });
      return recordBatch(schema, [data], size);
    });
    next += size;
  }
  await spool.finish();
  const values = [0, 1].map((group) =>
    spool.batches(group).flatMap((batch) => [...batch.getChildAt(0)!.toArray()]).toArray()
  );
  const starts = sizes.map((_, at) => sizes.slice(0, at).reduce((sum, size) => sum + size, 0));
  const expected = [[0, 1, 3, 4, 5], [2]].map((mine) =>
    mine.flatMap((at) => Array.from({ length: sizes[at]! }, (_, row) => starts[at]! + row))
  );
  assert.deepEqual(values, expected);
});
