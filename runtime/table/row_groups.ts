/** Finds which rows of a table share the values of some columns, batch by batch: what partitions are made
 *  of. Values are compared as they lie in memory; nothing of a row but these columns is looked at. @module */
import { type RecordBatch, Schema } from "apache-arrow";
import { type ColumnCodes, columnCodes } from "./column_codes.ts";
import { gather } from "./gather.ts";
import { recordBatch } from "./record_batch.ts";
import type { Table } from "./table.ts";
import { tableFromBatches } from "./table_from_batches.ts";

/** The rows of one batch that belong to one group, in their order. */
export interface GroupRows {
  /** Groups are counted from 0, in the order of their first rows. */
  readonly group: number;
  readonly rows: Int32Array;
}

/** The groups of one table or stream, whose batches are shown to it in turn.
 *
 * @example
 * ```ts
 * import { tableFromArrays } from "apache-arrow";
 * import { RowGroups } from "./row_groups.ts";
 * const trips = tableFromArrays({ city: ["Oslo", "Rome", "Oslo"] });
 * const groups = new RowGroups(trips.schema, ["city"]);
 * groups.split(trips.batches[0]!).map(({ rows }) => [...rows]); // [[0, 2], [1]]
 * console.log(groups.keys().numRows); // 2
 * ``` */
export class RowGroups {
  /** The columns that make the groups. */
  readonly schema: Schema;
  readonly #indices: readonly number[];
  readonly #columns: readonly ColumnCodes[];
  readonly #pairs: readonly Pairs[];
  readonly #keys: RecordBatch[] = [];
  #count = 0;

  /** @param by names of columns of `schema`
   * @throws {TypeError} where a column holds lists or structs */
  constructor(schema: Schema, by: readonly string[]) {
    this.#indices = by.map((name) => schema.fields.findIndex((field) => field.name === name));
    const fields = this.#indices.map((index) => schema.fields[index]!);
    this.schema = new Schema(fields);
    this.#columns = fields.map(columnCodes);
    this.#pairs = by.slice(1).map(() => new Pairs());
  }

  /** The groups that have rows in `batch`. */
  split(batch: RecordBatch): GroupRows[] {
    const data = this.#indices.map((index) => batch.data.children[index]!);
    const [first, ...others] = data.map((each, at) => this.#columns[at]!.codes(each));
    const codes = others.reduce((codes, next, at) => this.#pairs[at]!.codes(codes, next), first!);
    const { rows, ends, firsts } = sorted(codes, this.#count);
    if (firsts.length > 0) {
      const chosen = data.map((each) => gather(each, Int32Array.from(firsts)));
      this.#keys.push(recordBatch(this.schema, chosen, firsts.length));
      this.#count += firsts.length;
    }
    const groups: GroupRows[] = [];
    for (let group = 0, from = 0; group < ends.length; group++) {
      const end = ends[group]!;
      if (end > from) groups.push({ group, rows: rows.subarray(from, end) });
      from = end;
    }
    return groups;
  }

  /** One row for each group: its values. */
  keys(): Table {
    return tableFromBatches(this.schema, this.#keys);
  }
}

/** Counts, then puts each row into its group's place; `firsts` are the first rows of new groups. */
function sorted(codes: Int32Array, known: number) {
  const firsts: number[] = [];
  let count = known;
  let ends = new Int32Array(Math.max(64, known * 2));
  for (let row = 0; row < codes.length; row++) {
    const code = codes[row]!;
    if (code === count) {
      firsts.push(row);
      count++;
      if (count > ends.length) ends = larger(ends);
    }
    ends[code]!++;
  }
  for (let group = 0, from = 0; group < count; group++) {
    const size = ends[group]!;
    ends[group] = from;
    from += size;
  }
  const rows = new Int32Array(codes.length);
  for (let row = 0; row < codes.length; row++) rows[ends[codes[row]!]!++] = row;
  return { rows, ends: ends.subarray(0, count), firsts };
}

function larger(values: Int32Array<ArrayBuffer>): Int32Array<ArrayBuffer> {
  const grown = new Int32Array(values.length * 2);
  grown.set(values);
  return grown;
}

/** Pairs of codes as codes, counted from 0 in the order in which they are met. */
class Pairs {
  readonly #known = new Map<number, number>();

  codes(left: Int32Array, right: Int32Array): Int32Array {
    const codes = new Int32Array(left.length);
    for (let row = 0; row < left.length; row++) {
      const pair = left[row]! * 2 ** 26 + right[row]!;
      let code = this.#known.get(pair);
      if (code === undefined) this.#known.set(pair, code = this.#known.size);
      codes[row] = code;
    }
    return codes;
  }
}
