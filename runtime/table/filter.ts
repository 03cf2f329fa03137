/** Keeps the rows that a predicate accepts. @module */
import type { RecordBatch, Schema } from "apache-arrow";
import { alignedBatch } from "./aligned_batch.ts";
import { checkTable } from "./check_table.ts";
import { gather } from "./gather.ts";
import { recordBatch } from "./record_batch.ts";
import { RowView } from "./row_view.ts";
import { type Table, TableStream } from "./table.ts";
import { tableFromBatches } from "./table_from_batches.ts";

/** Judges one row; `index` is its place in the table, counted from 0. */
export type Predicate<Row> = (row: Row, index: number) => boolean;

/** The rows for which `predicate` is true, in their order, in new buffers. Of a stream, a stream.
 *  The row is one object that moves: copy it (`{ ...row }`) to keep it.
 *
 * @throws {RangeError} where the predicate reads an int64 beyond ±2^53
 * @example
 * ```ts
 * import { filter, tableFromRows } from "sluice";
 * const trips = tableFromRows([{ passengers: 0 }, { passengers: 2 }], {
 *   types: { passengers: "int64" },
 * });
 * const clean = filter(trips, (trip) => (trip.passengers ?? 0) > 0);
 * console.log(clean.numRows); // 1
 * ``` */
export function filter<Row>(table: Table<Row>, predicate: Predicate<Row>): Table<Row>;
export function filter<Row>(table: TableStream<Row>, predicate: Predicate<Row>): TableStream<Row>;
export function filter<Row>(
  table: Table<Row> | TableStream<Row>,
  predicate: Predicate<Row>,
): Table<Row> | TableStream<Row> {
  checkTable(table, "filter");
  const { schema } = table;
  const keep = batchFilter(schema, predicate);
  if (table instanceof TableStream) {
    return new TableStream<Row>(schema, filteredBatches(table.batches(), keep));
  }
  return tableFromBatches(schema, table.batches.map(keep));
}

async function* filteredBatches(
  batches: AsyncIterable<RecordBatch>,
  keep: (batch: RecordBatch) => RecordBatch,
): AsyncGenerator<RecordBatch> {
  for await (const batch of batches) {
    const kept = keep(batch);
    if (kept.numRows > 0) yield kept;
  }
}

function batchFilter<Row>(schema: Schema, predicate: Predicate<Row>) {
  const view = new RowView<Row>(schema);
  return (batch: RecordBatch): RecordBatch => {
    view.turnTo(batch);
    const rows = chosenRows(view, batch.numRows, predicate);
    return rows.length === batch.numRows
      ? alignedBatch(schema, batch)
      : recordBatch(schema, batch.data.children.map((data) => gather(data, rows)), rows.length);
  };
}

function chosenRows<Row>(
  view: RowView<Row>,
  count: number,
  predicate: Predicate<Row>,
): Int32Array {
  const rows = new Int32Array(count);
  let chosen = 0;
  for (let row = 0; row < count; row++) {
    const index = view.moveTo(row);
    const verdict = predicate(view.row, index);
    if (verdict === true || (verdict !== false && isTrue(verdict))) rows[chosen++] = row;
  }
  return rows.subarray(0, chosen);
}

/** What is not quite a boolean counts as JavaScript counts it, but a promise would always be true. */
export function isTrue(verdict: unknown): boolean {
  if (verdict instanceof Promise) {
    throw new TypeError("a predicate gave a promise; it must answer at once, without async");
  }
  return Boolean(verdict);
}
