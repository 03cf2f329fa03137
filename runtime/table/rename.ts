/** Gives columns other names. @module */
import { Schema } from "apache-arrow";
import { checkTable } from "./check_table.ts";
import { mapBatches } from "./map_batches.ts";
import { columnIndex, refuseTwice } from "./missing_column.ts";
import { recordBatch } from "./record_batch.ts";
import type { Table, TableStream, UnknownRow } from "./table.ts";

type Names<Row> = { readonly [Name in keyof Row]?: string };

/** The row after its columns have been renamed. */
export type Renamed<Row, Given> = {
  readonly [Name in keyof Row as Name extends keyof Given ? Given[Name] & string : Name]: Row[Name];
};

/** The table with some columns renamed: `{ old: "new" }`; nothing is copied.
 *
 * @throws {Error} where a column is missing, or two would have one name
 * @example
 * ```ts
 * import { tableFromArrays } from "apache-arrow";
 * import { rename } from "sluice";
 * console.log(rename(tableFromArrays({ VendorID: [1] }), { VendorID: "vendor_id" }).schema.names);
 * ``` */
export function rename<Row, const Given extends Names<Row>>(
  table: Table<Row>,
  names: Given,
): Table<Renamed<Row, Given>>;
export function rename<Row, const Given extends Names<Row>>(
  table: TableStream<Row>,
  names: Given,
): TableStream<Renamed<Row, Given>>;
export function rename<Row, const Given extends Names<Row>>(
  table: Table<Row> | TableStream<Row>,
  names: Given,
): Table<Renamed<Row, Given>> | TableStream<Renamed<Row, Given>> {
  checkTable(table, "rename columns");
  const renamed = table.schema.names.map(String);
  for (const [name, to] of Object.entries(names)) {
    renamed[columnIndex(table.schema, name, "rename")] = String(to);
  }
  return withNames(table, renamed);
}

/** The table with every column renamed, as `name` says, or else standardised: lower case, spaces and
 *  punctuation to underscores, each name once.
 *
 * @example
 * ```ts
 * import { tableFromArrays } from "apache-arrow";
 * import { renameAll } from "sluice";
 * console.log(renameAll(tableFromArrays({ "Fare Amount ($)": [1] })).schema.names); // ["fare_amount"]
 * ``` */
export function renameAll<Row>(
  table: Table<Row>,
  name?: (column: string, index: number) => string,
): Table<UnknownRow>;
export function renameAll<Row>(
  table: TableStream<Row>,
  name?: (column: string, index: number) => string,
): TableStream<UnknownRow>;
export function renameAll<Row>(
  table: Table<Row> | TableStream<Row>,
  name?: (column: string, index: number) => string,
): Table<UnknownRow> | TableStream<UnknownRow> {
  checkTable(table, "rename columns");
  const names = table.schema.names.map(String);
  return withNames(table, name ? names.map(name) : standardNames(names));
}

/** The names in lower case with underscores, made different from one another by a number.
 *
 * @example
 * ```ts
 * import { standardNames } from "sluice";
 * standardNames(["Fare ($)", "fare", "2nd Stop"]); // ["fare", "fare_2", "_2nd_stop"]
 * ``` */
export function standardNames(names: readonly string[]): string[] {
  const taken = new Set<string>();
  return names.map((name) => {
    const standard = standardName(name);
    let unique = standard;
    for (let count = 2; taken.has(unique); count++) unique = `${standard}_${count}`;
    taken.add(unique);
    return unique;
  });
}

function standardName(name: string): string {
  const words = name.normalize("NFC").toLowerCase().replace(/[^\p{L}\p{M}\p{N}]+/gu, "_");
  const bare = words.replace(/^_+|_+$/g, "") || "column";
  return /^\p{N}/u.test(bare) ? `_${bare}` : bare;
}

function withNames<Row, Result>(
  table: Table<Row> | TableStream<Row>,
  names: readonly string[],
): Table<Result> | TableStream<Result> {
  refuseTwice(names, "rename columns");
  const fields = table.schema.fields.map((field, index) => field.clone({ name: names[index]! }));
  const schema = new Schema(fields, table.schema.metadata);
  return mapBatches(
    table,
    schema,
    (batch) => recordBatch(schema, [...batch.data.children], batch.numRows),
  );
}
