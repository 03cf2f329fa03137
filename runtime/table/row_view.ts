/** A row as callbacks see it: one object that turns from row to row, reading from the columns only
 *  what the callback asks for. @module */
import type { RecordBatch, Schema } from "apache-arrow";
import { type ValueReader, valueReader } from "./value_reader.ts";

/** Stands on one row of one batch at a time. */
export class RowView<Row> {
  /** The row where the view stands; it changes as the view moves, so copy it (`{ ...row }`) to
   *  keep it. */
  readonly row: Row;
  readonly #schema: Schema;
  readonly #readers: ValueReader[] = [];
  readonly #cursor = { row: 0 };
  #rowsBefore = 0;
  #batch: RecordBatch | undefined;

  constructor(schema: Schema) {
    this.#schema = schema;
    this.row = this.#makeRow() as Row;
  }

  /** Turns to the next batch of the table. */
  turnTo(batch: RecordBatch): void {
    this.#rowsBefore += this.#batch?.numRows ?? 0;
    this.#batch = batch;
    this.#schema.fields.forEach((field, index) => {
      const place = { column: field.name, rowsBefore: this.#rowsBefore };
      this.#readers[index] = valueReader(field, batch.data.children[index]!, place);
    });
  }

  /** Stands on a row of the batch and gives its place in the table, both counted from 0. */
  moveTo(row: number): number {
    this.#cursor.row = row;
    return this.#rowsBefore + row;
  }

  #makeRow(): object {
    const row = {};
    const readers = this.#readers;
    const cursor = this.#cursor;
    this.#schema.fields.forEach(({ name }, index) => {
      if (Object.hasOwn(row, name)) return;
      Object.defineProperty(row, name, {
        enumerable: true,
        get: () => readers[index]!(cursor.row),
      });
    });
    return row;
  }
}
