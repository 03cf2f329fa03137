/** Reads CSV files batch by batch, for what a table could not hold in memory. @module */
import type { RecordBatch, Schema } from "apache-arrow";
import type { ColumnTypes } from "../../table/column_types.ts";
import { duckdb } from "../../table/engine.ts";
import { EngineError } from "../../table/engine_error.ts";
import { TableStream } from "../../table/table.ts";
import { startCsv } from "./csv_load.ts";
import { planCsv } from "./csv_plan.ts";
import { locate } from "./locate.ts";
import { mayLoadDuckDB } from "./native.ts";
import { schemaOf, withSchema } from "./not_null.ts";
import { NotPlain } from "./plain_fields.ts";
import { plainBatches, plainSchema } from "./plain_csv.ts";
import { disposing } from "./proved_stream.ts";
import { CSV_ENDINGS, type CsvOptions, type DeclaredRow } from "./read_csv.ts";

/** `scanCsv` itself; readers.ts tells what it does. */
export async function scanCsv<
  const Types extends ColumnTypes = Record<never, never>,
  const Dates extends string = never,
>(
  source: string | URL,
  options: CsvOptions<Types, Dates> = {},
): Promise<TableStream<DeclaredRow<Types, Dates>>> {
  const found = await locate(source, CSV_ENDINGS, options);
  try {
    if (!mayLoadDuckDB()) {
      const { csvWithoutDuckDB } = await import("./csv_without_duckdb.ts");
      const { schema, batches } = await csvWithoutDuckDB(found, options);
      return new TableStream(schema, disposing(found, batches));
    }
    const plan = await planCsv(duckdb, found, options, undefined);
    const start = async (reading: "native" | "text") =>
      await startCsv(await duckdb(), found.name, plan, reading);
    const text = async () => (await start("text")).batches;
    const byDuckDB = async () => {
      const first = await start("native").catch((failure) => {
        if (failure instanceof EngineError) return start("text");
        throw failure;
      });
      const schema = schemaOf(first.schema, plan.columns);
      return { schema, batches: restarting(first.batches, text, schema) };
    };
    const plain = plainSchema(plan);
    if (plain === undefined) {
      const { schema, batches } = await byDuckDB();
      return new TableStream(schema, disposing(found, batches));
    }
    const schema = schemaOf(plain, plan.columns);
    const slow = async () => (await byDuckDB()).batches;
    const batches = restarting(plainBatches(plan, plain), slow, schema);
    return new TableStream(schema, disposing(found, batches));
  } catch (failure) {
    await found[Symbol.asyncDispose]();
    throw failure;
  }
}

/** Goes on with the slower reading where the quick one stumbles, behind the rows that it gave. The text
 *  that is not plain enough for loops may still be read by DuckDB, natively or value by value. */
async function* restarting(
  quick: AsyncIterable<RecordBatch>,
  slow: () => Promise<AsyncIterable<RecordBatch>>,
  schema: Schema,
): AsyncGenerator<RecordBatch, void, undefined> {
  let given = 0;
  try {
    for await (const batch of quick) {
      yield withSchema(batch, schema);
      given += batch.numRows;
    }
    return;
  } catch (failure) {
    if (!(failure instanceof EngineError || failure instanceof NotPlain)) throw failure;
  }
  for await (const batch of await slow()) {
    const passed = Math.min(given, batch.numRows);
    given -= passed;
    if (passed < batch.numRows) yield withSchema(batch.slice(passed), schema);
  }
}
