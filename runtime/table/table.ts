/** The types of what flows along edges: apache-arrow's own Table, and a stream of its batches.
 *  `Row` is known to TypeScript alone; at run time a Table is exactly what apache-arrow made. @module */
import type { RecordBatch, Schema, Table as ArrowTable } from "apache-arrow";

/** A row as row callbacks and `rows()` give it; columns nobody declared are `unknown`. */
export type UnknownRow = Readonly<Record<string, unknown>>;

declare const row: unique symbol;

/** An Apache Arrow table whose rows TypeScript knows as `Row`. */
// deno-lint-ignore no-explicit-any -- apache-arrow's TypeMap cannot say which columns are nullable
export type Table<Row = UnknownRow> = ArrowTable<any> & { readonly [row]?: Row };

/** A schema and its record batches, read once: for data that a Table could not hold in memory.
 *
 * @example
 * ```ts
 * import { tableFromRows, tableOf, TableStream } from "sluice";
 * const table = tableFromRows([{ n: 1 }]);
 * async function* batches() {
 *   yield* table.batches;
 * }
 * const stream = new TableStream<{ n: number }>(table.schema, batches());
 * console.log((await tableOf(stream)).numRows); // 1
 * ``` */
export class TableStream<Row = UnknownRow> {
  declare readonly [row]?: Row;
  readonly schema: Schema;
  #batches: AsyncIterable<RecordBatch>;
  #isRead = false;

  constructor(schema: Schema, batches: AsyncIterable<RecordBatch>) {
    this.schema = schema;
    this.#batches = batches;
  }

  /** The batches, in order.
   *
   * @throws {Error} when the stream was read before. */
  batches(): AsyncIterable<RecordBatch> {
    if (this.#isRead) {
      throw new Error(
        "Cannot read a TableStream twice: collect it with `await tableOf(stream)`, or scan the file again",
      );
    }
    this.#isRead = true;
    return this.#batches;
  }

  /** Lets every batch pass through `watch` before the reader sees it, in place: a check put on a
   *  stream stops the writer that reads it later.
   *
   * @throws {Error} when the stream was read before. */
  watch(watch: (batches: AsyncIterable<RecordBatch>) => AsyncIterable<RecordBatch>): void {
    const batches = this.batches();
    this.#isRead = false;
    this.#batches = watch(batches);
  }
}
