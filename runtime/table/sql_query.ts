/** What `sql` and `scanSql` do: lend the tables that stand in the text to DuckDB, bind the values, run the
 *  query. @module */
import { Table as ArrowTable } from "apache-arrow";
import { lendTable, type LentTable } from "./arrow_to_duckdb.ts";
import { streamFromQuery, tableFromQuery } from "./duckdb_to_arrow.ts";
import { duckdb, type Engine } from "./engine.ts";
import { EngineError } from "./engine_error.ts";
import type { SqlArgument } from "./sql.ts";
import { identifierText, type SqlValue } from "./sql_value.ts";
import { type Table, TableStream, type UnknownRow } from "./table.ts";

/** The result of a template's query; sql.ts tells more. */
export async function queryTable<Row = UnknownRow>(
  text: TemplateStringsArray,
  values: readonly SqlArgument[],
): Promise<Table<Row>> {
  const engine = await duckdb();
  const query = await prepareQuery(engine, text, values);
  try {
    return await tableFromQuery<Row>(engine, query.text, query.params);
  } catch (failure) {
    throw withMend(failure);
  } finally {
    query.release();
  }
}

/** The result batch by batch. */
export async function queryStream<Row = UnknownRow>(
  text: TemplateStringsArray,
  values: readonly SqlArgument[],
): Promise<TableStream<Row>> {
  const engine = await duckdb();
  const query = await prepareQuery(engine, text, values);
  try {
    const stream = await streamFromQuery<Row>(engine, query.text, query.params);
    return new TableStream<Row>(stream.schema, releasing(stream, query));
  } catch (failure) {
    query.release();
    throw withMend(failure);
  }
}

interface Query {
  readonly text: string;
  readonly params: readonly SqlValue[];
  release(): void;
}

async function prepareQuery(
  engine: Engine,
  text: TemplateStringsArray,
  values: readonly SqlArgument[],
): Promise<Query> {
  const lent = new Map<object, LentTable>();
  const params: SqlValue[] = [];
  const release = () => lent.forEach((table) => table[Symbol.dispose]());
  let query = text[0]!;
  try {
    for (const [index, value] of values.entries()) {
      query += await placeholder(engine, value, index + 1, lent, params) + text[index + 1]!;
    }
  } catch (failure) {
    release();
    throw failure;
  }
  return { text: query, params, release };
}

/** A table's name or a parameter's number; a table that stands twice is lent once. */
async function placeholder(
  engine: Engine,
  value: SqlArgument,
  index: number,
  lent: Map<object, LentTable>,
  params: SqlValue[],
): Promise<string> {
  if (value instanceof ArrowTable || value instanceof TableStream) {
    const known = lent.get(value) ?? await lendTable(engine, value);
    lent.set(value, known);
    return known.name;
  }
  refuse(value, index);
  const name = identifierText(value);
  if (name !== undefined) return name;
  params.push(value as SqlValue);
  return `$${params.length}`;
}

function refuse(value: unknown, index: number): void {
  if (value === undefined) {
    throw new TypeError(`Cannot use value ${index} in SQL: it is undefined; null stands for NULL`);
  }
  if (value instanceof Promise) {
    throw new TypeError(`Cannot use value ${index} in SQL: it is a promise; await it first`);
  }
}

async function* releasing(stream: TableStream<unknown>, query: Query) {
  try {
    yield* stream.batches();
  } catch (failure) {
    throw withMend(failure);
  } finally {
    query.release();
  }
}

/** A table that DuckDB does not know is most often a variable whose braces were forgotten. */
function withMend(failure: unknown): unknown {
  if (!(failure instanceof EngineError) || failure.kind !== "Catalog") return failure;
  const [, name] = /table with name (\w+) does not exist/i.exec(failure.detail) ?? [];
  if (name !== undefined) {
    const [first, ...rest] = failure.message.split("\n");
    failure.message = [`${first}; a table in a variable is written \${${name}}`, ...rest].join(
      "\n",
    );
  }
  return failure;
}
