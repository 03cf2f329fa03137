/** Adds columns that are computed row by row. @module */
import { Schema } from "apache-arrow";
import { checkTable } from "./check_table.ts";
import { ColumnEncoder } from "./column_encoder.ts";
import type { ColumnType, ColumnTypes, InputOf, ValueOf } from "./column_types.ts";
import { mapBatches } from "./map_batches.ts";
import { recordBatch } from "./record_batch.ts";
import { RowView } from "./row_view.ts";
import type { Table, TableStream } from "./table.ts";

/** A column to come: its declared type, and how its value comes from a row. */
export interface Derivation<Row, Type extends ColumnType> {
  readonly type: Type;
  readonly from: (row: Row, index: number) => InputOf<Type>;
}

/** The derivations of several columns, by name. */
export type Derivations<Row, Types extends ColumnTypes> = {
  readonly [Name in keyof Types]: Derivation<Row, Types[Name]>;
};

/** The row with the derived columns. */
export type Derived<Row, Types extends ColumnTypes> =
  & { readonly [Name in keyof Row as Name extends keyof Types ? never : Name]: Row[Name] }
  & { readonly [Name in keyof Types]: ValueOf<Types[Name]> };

/** The table with more columns, or with columns of the same name replaced, each computed from the
 *  rows as they were.
 *
 * @throws {TypeError} where a value does not fit its declared type, naming column, row and value
 * @example
 * ```ts
 * import { derive, tableFromRows } from "sluice";
 * const trips = tableFromRows([{ fare: 8, tip: 2 }], {
 *   types: { fare: "float64 not null", tip: "float64 not null" },
 * });
 * const shares = derive(trips, {
 *   tip_share: { type: "float64", from: (trip) => trip.tip / trip.fare },
 * });
 * console.log(shares.getChild("tip_share")?.get(0)); // 0.25
 * ``` */
export function derive<Row, const Types extends ColumnTypes>(
  table: Table<Row>,
  columns: Derivations<Row, Types>,
): Table<Derived<Row, Types>>;
export function derive<Row, const Types extends ColumnTypes>(
  table: TableStream<Row>,
  columns: Derivations<Row, Types>,
): TableStream<Derived<Row, Types>>;
export function derive<Row, const Types extends ColumnTypes>(
  table: Table<Row> | TableStream<Row>,
  columns: Derivations<Row, Types>,
): Table<Derived<Row, Types>> | TableStream<Derived<Row, Types>> {
  checkTable(table, "derive columns");
  const derivations: readonly [string, Derivation<Row, ColumnType>][] = Object.entries(columns);
  const encoders = derivations.map(([name, { type }]) => new ColumnEncoder(name, type));
  const places = placesOf(table.schema, encoders);
  const schema = new Schema(places.map(({ field }) => field), table.schema.metadata);
  const view = new RowView<Row>(table.schema);
  return mapBatches(table, schema, (batch) => {
    view.turnTo(batch);
    for (let row = 0; row < batch.numRows; row++) {
      const index = view.moveTo(row);
      for (let at = 0; at < encoders.length; at++) {
        encoders[at]!.append(derivations[at]![1].from(view.row, index), index);
      }
    }
    const children = places.map(({ encoder, old }) =>
      encoder ? encoder.finish() : batch.data.children[old]!
    );
    return recordBatch(schema, children, batch.numRows);
  });
}

/** The old columns in their places, replaced or not, then the new ones. */
function placesOf(schema: Schema, encoders: readonly ColumnEncoder[]) {
  const byName = new Map(encoders.map((encoder) => [encoder.field.name, encoder]));
  const places = schema.fields.map((field, old) => {
    const encoder = byName.get(field.name);
    byName.delete(field.name);
    return { field: encoder?.field ?? field, encoder, old };
  });
  const added = [...byName.values()].map((encoder) => ({ field: encoder.field, encoder, old: -1 }));
  return [...places, ...added];
}
