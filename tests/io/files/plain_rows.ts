/** Tables as plain values, for comparison. @module */
import { Table as ArrowTable } from "apache-arrow";
import { rows } from "../../../runtime/table/rows.ts";
import { type Table, TableStream } from "../../../runtime/table/table.ts";

/** The rows as objects. */
export function plainRows(table: Table<unknown>): Record<string, unknown>[] {
  return [...rows(table as Table)].map((row) => ({ ...row }));
}

/** The columns' Arrow types, by name. */
export function typesOf(table: Table<unknown>): Record<string, string> {
  return Object.fromEntries(
    table.schema.fields.map((field) => [String(field.name), String(field.type)]),
  );
}

/** Reads a stream to its end. */
export async function collected(stream: TableStream<unknown>): Promise<Table> {
  return new ArrowTable(stream.schema, await Array.fromAsync(stream.batches()));
}

/** A stream over a table's batches. */
export function streamOf(table: Table<unknown>): TableStream {
  async function* batches() {
    yield* table.batches;
  }
  return new TableStream(table.schema, batches());
}
