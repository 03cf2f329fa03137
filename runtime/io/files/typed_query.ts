/** Holds columns that have types of their own (Parquet, JSON, Arrow) to declared ones: a value must
 *  survive the conversion unchanged. @module */
import { type RecordBatch, Table as ArrowTable } from "apache-arrow";
import { currentScope } from "../../context/scope.ts";
import { tableFromQuery } from "../../table/duckdb_to_arrow.ts";
import type { Engine } from "../../table/engine.ts";
import { EngineError } from "../../table/engine_error.ts";
import type { Table } from "../../table/table.ts";
import { misfit } from "./csv_fault.ts";
import { unreadable } from "./csv_load.ts";
import type { Column } from "./declared.ts";
import { fittedOrFail, fittedOrNull, UNFIT } from "./fitting.ts";
import type { SourceFile } from "./locate.ts";
import { schemaOf, withSchema } from "./not_null.ts";
import { type ProvedStream, provedStream } from "./proved_stream.ts";
import { quotedName } from "./sql_text.ts";

/** A column as its source has it. */
export interface RawColumn {
  readonly name: string;
  /** A SQL expression. */
  readonly value: string;
  /** The expression's type, in DuckDB's words. */
  readonly type: string;
  /** What it is to become; undefined leaves it as it is. */
  readonly declared: Column | undefined;
}

/** Columns of something that can stand behind FROM. */
export interface TypedPlan {
  /** As messages name it. */
  readonly source: string;
  readonly files: readonly SourceFile[];
  readonly from: string;
  readonly columns: readonly RawColumn[];
}

/** Starts reading the plan.
 *
 * @throws {Error} naming row, column and value where one does not fit its declared type */
export async function startTyped(engine: Engine, plan: TypedPlan): Promise<ProvedStream> {
  const values = plan.columns.map((raw) => `${valueOf(raw)} as ${quotedName(raw.name)}`);
  const sql = `select ${values.join(",\n  ")}\nfrom ${plan.from}`;
  const { schema: found, batches } = await provedStream(
    engine,
    sql,
    plan.files,
    async (failure) => {
      if (currentScope()?.run.signal.aborted || !(failure instanceof EngineError)) return failure;
      const fault = await faultIn(engine, plan).catch(() => undefined);
      if (fault) fault.cause = failure;
      return fault ?? unreadable(plan.source, failure);
    },
  );
  const schema = schemaOf(found, plan.columns.flatMap(({ declared }) => declared ?? []));
  return { schema, batches: under(batches, schema) };
}

/** Reads the whole plan. */
export async function tableOfPlan(engine: Engine, plan: TypedPlan): Promise<Table> {
  const { schema, batches } = await startTyped(engine, plan);
  return new ArrowTable(schema, await Array.fromAsync(batches));
}

async function* under(
  batches: AsyncIterable<RecordBatch>,
  schema: ProvedStream["schema"],
): AsyncGenerator<RecordBatch, void, undefined> {
  for await (const batch of batches) yield withSchema(batch, schema);
}

function valueOf({ value, type, declared }: RawColumn): string {
  if (declared === undefined) return value;
  const converted = isSame(type, declared.type)
    ? value
    : type === "VARCHAR"
    ? fittedOrFail(value, declared.type)
    : `case when ${value} is null or ${survives(value, type, declared.type)}
        then cast(${value} as ${declared.type}) else error('${UNFIT}') end`;
  return declared.isNotNull
    ? `case when ${value} is null then error('${UNFIT}') else ${converted} end`
    : converted;
}

/** Floats may lose precision, as they do in text, but not become infinite. */
function survives(value: string, from: string, to: string): string {
  return to === "FLOAT"
    ? `(not isinf(try_cast(${value} as FLOAT)) or isinf(cast(${value} as DOUBLE)))`
    : `try_cast(try_cast(${value} as ${to}) as ${from}) is not distinct from ${value}`;
}

function isSame(one: string, other: string): boolean {
  const plain = (type: string) => type.replace("TIMESTAMP WITH TIME ZONE", "TIMESTAMPTZ");
  return plain(one) === plain(other);
}

async function faultIn(engine: Engine, { source, from, columns }: TypedPlan) {
  const breaking = columns.flatMap((raw, index) => {
    const test = breaks(raw);
    return test === undefined ? [] : [{ index, test, raw }];
  });
  if (breaking.length === 0) return undefined;
  const cases = breaking.map(({ index, test }) => `when ${test} then ${index}`).join(" ");
  const values = breaking.map(({ index, raw }) =>
    `when ${index} then cast(${raw.value} as varchar)`
  );
  const found = await tableFromQuery(
    engine,
    `select "row", "column", case "column" ${values.join(" ")} end as "value" from
      (select *, case ${cases} end as "column" from
        (select row_number() over () as "row", * from ${from}))
    where "column" is not null limit 1`,
  );
  if (found.numRows === 0) return undefined;
  const column = columns[Number(found.getChild("column")!.get(0))]!.declared!;
  const row = found.getChild("row")!.get(0);
  return misfit(source, `row ${row}`, column, found.getChild("value")!.get(0));
}

function breaks({ value, type, declared }: RawColumn): string | undefined {
  if (declared === undefined) return undefined;
  const unfit = isSame(type, declared.type)
    ? "false"
    : type === "VARCHAR"
    ? `(${value} is not null and ${fittedOrNull(value, declared.type)} is null)`
    : `(${value} is not null and not (${survives(value, type, declared.type)}))`;
  return declared.isNotNull ? `(${value} is null or ${unfit})` : unfit;
}

/** The names and types of what stands behind FROM. */
export async function describe(
  engine: Engine,
  from: string,
): Promise<{ readonly name: string; readonly type: string }[]> {
  const found = await tableFromQuery(
    engine,
    `select column_name, column_type from (describe select * from ${from})`,
  );
  return found.toArray().map((row) => ({
    name: String(row["column_name"]),
    type: String(row["column_type"]),
  }));
}
