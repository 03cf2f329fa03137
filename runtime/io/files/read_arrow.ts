/** Reads Arrow IPC files into a table. @module */
import { type RecordBatch, Table as ArrowTable } from "apache-arrow";
import { lendTable } from "../../table/arrow_to_duckdb.ts";
import type { ColumnTypes, RowOf } from "../../table/column_types.ts";
import { duckdb } from "../../table/engine.ts";
import { readIpc } from "../../table/ipc.ts";
import type { Table } from "../../table/table.ts";
import { checkColumns, type Column, declaredColumns } from "./declared.ts";
import { locate, type LocateOptions } from "./locate.ts";
import { quotedName } from "./sql_text.ts";
import { describe, tableOfPlan } from "./typed_query.ts";

/** How `readArrow` takes a file. */
export interface ArrowOptions<Types extends ColumnTypes = ColumnTypes> extends LocateOptions {
  /** Types that the columns must have or convert to without loss; others keep their own. */
  readonly types?: Types;
  /** Refuses columns that are not in `types`. */
  readonly exact?: boolean;
}

/** `readArrow` itself; readers.ts tells what it does. */
export async function readArrow<const Types extends ColumnTypes = Record<never, never>>(
  source: string | URL,
  options: ArrowOptions<Types> = {},
): Promise<Table<RowOf<Types>>> {
  await using found = await locate(source, [".arrow", ".arrows", ".feather"], options);
  const declared = declaredColumns(options);
  const tables = await Promise.all(found.files.map(async ({ path, name }) => {
    return await readIpc(path).catch((cause: Error) => {
      throw new Error(`Cannot read ${name}: it is no Arrow file, or was cut short; get it again`, {
        cause,
      });
    });
  }));
  const [first] = tables as [Table, ...Table[]];
  const odd = tables.findIndex((table) => String(table.schema) !== String(first.schema));
  if (odd >= 0) {
    throw new Error(
      `Cannot read ${found.files[odd]!.name} together with ${
        found.files[0].name
      }: their columns differ`,
    );
  }
  const batches: RecordBatch[] = tables.flatMap((table) => table.batches);
  const table = new ArrowTable(first.schema, batches);
  const names = first.schema.fields.map((field) => String(field.name));
  checkColumns(found.name, names, declared, options.exact ?? false);
  if (declared.size === 0) return table as Table<RowOf<Types>>;
  return await converted(table, found.name, declared) as Table<RowOf<Types>>;
}

async function converted(
  table: Table,
  source: string,
  declared: ReadonlyMap<string, Column>,
): Promise<Table> {
  const engine = await duckdb();
  using lent = await lendTable(engine, table);
  const columns = (await describe(engine, lent.name)).map(({ name, type }) => ({
    name,
    value: quotedName(name),
    type,
    declared: declared.get(name),
  }));
  return await tableOfPlan(engine, { source, files: [], from: lent.name, columns });
}
