/** SQL over tables: DuckDB scans the Arrow buffers of the tables that stand in the text. @module */
import { Table as ArrowTable } from "apache-arrow";
import { lendTable, type LentTable } from "./arrow_to_duckdb.ts";
import { streamFromQuery, tableFromQuery } from "./duckdb_to_arrow.ts";
import { duckdb, type Engine } from "./engine.ts";
import { EngineError } from "./engine_error.ts";
import { identifierText, type SqlIdentifier, type SqlValue } from "./sql_value.ts";
import { type Table, TableStream, type UnknownRow } from "./table.ts";

/** What `${…}` may hold: a table or stream to select from, a name made by `ident`, or a value, which
 *  is bound and never becomes text. */
export type SqlArgument = Table<unknown> | TableStream<unknown> | SqlValue | SqlIdentifier;

/** Runs one query in process, over any tables that stand in it, and gives its result.
 *
 * @throws {EngineError} what DuckDB refused, with the line of the SQL
 * @throws {TypeError} where a value or a column has no place in SQL or in a table
 * @example
 * ```ts
 * import { tableFromArrays } from "apache-arrow";
 * import { sql } from "sluice";
 * const trips = tableFromArrays({ fare: [4, 8, 15] });
 * const dear = await sql<{ n: number }>`select count(*) as n from ${trips} where fare > ${5}`;
 * console.log(dear.getChild("n")?.get(0)); // 2n
 * ``` */
export async function sql<Row = UnknownRow>(
  text: TemplateStringsArray,
  ...values: readonly SqlArgument[]
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

/** Like `sql`, but gives the result batch by batch: for results that memory would not hold.
 *
 * @example
 * ```ts
 * import { scanSql } from "sluice";
 * const numbers = await scanSql`select n from range(${100_000}) as t(n)`;
 * let rows = 0;
 * for await (const batch of numbers.batches()) rows += batch.numRows;
 * console.log(rows); // 100000
 * ``` */
export async function scanSql<Row = UnknownRow>(
  text: TemplateStringsArray,
  ...values: readonly SqlArgument[]
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
