/** Results of DuckDB as Arrow tables and streams: whole column vectors are copied, chunk by chunk,
 *  while DuckDB works on the next chunk. @module */
import type { DataChunk, Result } from "@duckdb/node-bindings";
import { type Data, type Field, type RecordBatch, Schema } from "apache-arrow";
import { type ColumnBuilder, columnBuilder } from "./column_builder.ts";
import { checkReachedEnd } from "./cut_short.ts";
import { fieldFromDuckDB } from "./duckdb_field.ts";
import { type Engine, type LentConnection, STREAM_BUFFER } from "./engine.ts";
import { recordBatch } from "./record_batch.ts";
import type { SqlValue } from "./sql_value.ts";
import { type Table, TableStream, type UnknownRow } from "./table.ts";
import { tableFromBatches } from "./table_from_batches.ts";

/** Rows of a record batch: large enough for typed-array loops, small enough to stream. */
const BATCH_ROWS = 65_536;
/** With DuckDB's own megabyte its threads mostly wait to be asked. */
const AHEAD = "32MB";
/** A batch also ends when one of its columns holds this many bytes of text. */
const BATCH_BYTES = 64 * 2 ** 20;

/** Runs one query and gives its whole result.
 *
 * @param params values for `?` or `$1`, in order
 * @throws {EngineError} what DuckDB refused
 * @throws {TypeError} where a column's type has no place in a table
 * @example
 * ```ts
 * import { duckdb } from "./engine.ts";
 * import { tableFromQuery } from "./duckdb_to_arrow.ts";
 * const table = await tableFromQuery(await duckdb(), "select ? as answer", [42]);
 * console.log(table.numRows, table.getChild("answer")?.get(0));
 * ``` */
export async function tableFromQuery<Row = UnknownRow>(
  engine: Engine,
  sql: string,
  params: readonly SqlValue[] = [],
): Promise<Table<Row>> {
  const stream = await streamFromQuery(engine, sql, params);
  const batches: RecordBatch[] = [];
  for await (const batch of stream.batches()) batches.push(batch);
  return tableFromBatches(stream.schema, batches);
}

/** Runs one query and gives its result batch by batch, as it is asked for.
 *  The query ends, and its connection is freed, when the stream is read or left. */
export async function streamFromQuery<Row = UnknownRow>(
  engine: Engine,
  sql: string,
  params: readonly SqlValue[] = [],
): Promise<TableStream<Row>> {
  const lent = await engine.connect();
  try {
    const result = await startQuery(engine, lent, sql, params);
    const columns = resultColumns(engine, result);
    const schema = new Schema(columns.map((column) => column.field));
    const checkEnd = () => checkReachedEnd(engine, lent, result, sql, params);
    const batches = batchesOf(engine, lent, sql, result, schema, columns, checkEnd);
    return new TableStream<Row>(schema, batches);
  } catch (cause) {
    lent[Symbol.dispose]();
    throw cause instanceof TypeError ? cause : engine.translate(cause, sql);
  }
}

async function startQuery(
  engine: Engine,
  lent: LentConnection,
  sql: string,
  params: readonly SqlValue[],
): Promise<Result> {
  const { native } = engine;
  await native.query(lent.connection, `set session ${STREAM_BUFFER} = '${AHEAD}'`);
  const statement = await engine.prepare(lent.connection, sql, params);
  try {
    return await native.execute_prepared_streaming(statement);
  } finally {
    native.destroy_prepare_sync(statement);
  }
}

interface ResultColumn {
  readonly field: Field;
  readonly builder: ColumnBuilder;
}

function resultColumns(engine: Engine, result: Result): ResultColumn[] {
  const { native } = engine;
  const names = new Set<string>();
  return Array.from({ length: native.column_count(result) }, (_, index) => {
    const type = native.column_logical_type(result, index);
    const field = fieldFromDuckDB(native, unique(names, native.column_name(result, index)), type);
    return { field, builder: columnBuilder(native, field, type) };
  });
}

/** `id`, then `id_1`, as DuckDB names them when it makes a table of such a query. */
function unique(taken: Set<string>, name: string): string {
  let candidate = name;
  for (let count = 1; taken.has(candidate); count++) candidate = `${name}_${count}`;
  taken.add(candidate);
  return candidate;
}

async function* batchesOf(
  engine: Engine,
  lent: LentConnection,
  sql: string,
  result: Result,
  schema: Schema,
  columns: readonly ResultColumn[],
  checkEnd: () => Promise<void>,
): AsyncGenerator<RecordBatch, void, undefined> {
  try {
    let rows = 0;
    for await (const chunk of chunksOf(engine, sql, result, checkEnd)) {
      rows += appendChunk(engine, columns, chunk);
      const isFull = rows >= BATCH_ROWS ||
        columns.some((column) => column.builder.bytes >= BATCH_BYTES);
      if (!isFull) continue;
      yield finishBatch(schema, columns, rows);
      rows = 0;
    }
    if (rows > 0) yield finishBatch(schema, columns, rows);
  } finally {
    lent[Symbol.dispose]();
  }
}

/** The chunks of a result; while one is looked at, DuckDB already makes the next. */
async function* chunksOf(
  engine: Engine,
  sql: string,
  result: Result,
  checkEnd: () => Promise<void>,
): AsyncGenerator<DataChunk, void, undefined> {
  const { native } = engine;
  const fetch = () => {
    const fetching = native.fetch_chunk(result);
    fetching.catch(() => {});
    return fetching;
  };
  let next = fetch();
  try {
    while (true) {
      const chunk = await next;
      if (!chunk || native.data_chunk_get_size(chunk) === 0) return await checkEnd();
      next = fetch();
      yield chunk;
    }
  } catch (cause) {
    throw engine.translate(cause, sql);
  } finally {
    await next.catch(() => {});
  }
}

function appendChunk(engine: Engine, columns: readonly ResultColumn[], chunk: DataChunk): number {
  const { native } = engine;
  const size = native.data_chunk_get_size(chunk);
  columns.forEach((column, index) => {
    column.builder.append(native.data_chunk_get_vector(chunk, index), size, [0, size]);
  });
  return size;
}

function finishBatch(
  schema: Schema,
  columns: readonly ResultColumn[],
  rows: number,
): RecordBatch {
  const children: Data[] = columns.map((column) => column.builder.finish());
  return recordBatch(schema, children, rows);
}
