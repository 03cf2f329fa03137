/** Runs a CSV plan and, where DuckDB fails, turns its answer into the reason. @module */
import type { RecordBatch, Schema } from "apache-arrow";
import { currentScope } from "../../context/scope.ts";
import { streamFromQuery } from "../../table/duckdb_to_arrow.ts";
import type { Engine } from "../../table/engine.ts";
import { EngineError } from "../../table/engine_error.ts";
import type { TableStream } from "../../table/table.ts";
import { checkWhole } from "./compression.ts";
import { csvFault } from "./csv_fault.ts";
import { type CsvPlan, csvQuery, type CsvReading } from "./csv_query.ts";
import { explained, systemReason } from "./system_error.ts";

/** The rows of a plan, batch by batch. The compressed files are proved whole meanwhile, at the latest
 *  before the last batch.
 *
 * @throws {EngineError} where the native reading fails; that by text may succeed
 * @throws {Error} where that by text does: the first thing in the files that breaks the plan. */
export async function startCsv(
  engine: Engine,
  source: string,
  plan: CsvPlan,
  reading: CsvReading,
): Promise<{ readonly schema: Schema; readonly batches: AsyncIterable<RecordBatch> }> {
  const proof = Promise.all(
    plan.files.map(({ file }) => checkWhole(file.path, file.name, file.compression)),
  );
  proof.catch(() => {});
  const query = async (): Promise<TableStream> => {
    try {
      return await streamFromQuery(engine, csvQuery(plan, reading));
    } catch (failure) {
      await proof;
      throw reading === "native" ? failure : await reasonOf(engine, source, plan, failure);
    }
  };
  const stream = await query();
  async function* batches(): AsyncGenerator<RecordBatch, void, undefined> {
    let held: RecordBatch | undefined;
    try {
      for await (const batch of stream.batches()) {
        if (held) yield held;
        held = batch;
      }
    } catch (failure) {
      await proof;
      throw reading === "native" ? failure : await reasonOf(engine, source, plan, failure);
    }
    await proof;
    if (held) yield held;
  }
  return { schema: stream.schema, batches: batches() };
}

/** The reason in the files; the failure itself where they have none. */
async function reasonOf(
  engine: Engine,
  source: string,
  plan: CsvPlan,
  failure: unknown,
): Promise<unknown> {
  if (currentScope()?.run.signal.aborted || !(failure instanceof EngineError)) return failure;
  if (systemReason(failure) !== undefined) return explained(failure, `Cannot read ${source}`);
  const fault = await csvFault(engine, plan).catch((second) =>
    second instanceof EngineError ? undefined : second
  );
  if (fault instanceof Error && fault.cause === undefined) fault.cause = failure;
  return fault ?? failure;
}

/** The error for a file that DuckDB cannot read for a reason that only it knows. */
export function unreadable(source: string, failure: unknown): unknown {
  if (!(failure instanceof EngineError)) return failure;
  const said = failure.message.split("\n");
  const line = /line: (\d+)/i.exec(failure.detail)?.[1];
  const reason = failure.detail.includes("state machine")
    ? "its lines end now in \\r\\n, now in \\n; write all of them alike"
    : line === undefined
    ? failure.detail
    : said.slice(1).find((text) => !/^Original Line|^Expected|^Possible|^\*/.test(text)) ??
      failure.detail;
  const place = line === undefined ? "" : `, line ${line}`;
  return new Error(`Cannot read ${source}${place}: ${reason.replace(/\.$/, "")}`, {
    cause: failure,
  });
}
