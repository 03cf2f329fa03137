/** Runs a CSV plan and, where DuckDB fails, turns its answer into the reason. @module */
import { currentScope } from "../../context/scope.ts";
import type { Engine } from "../../table/engine.ts";
import { EngineError } from "../../table/engine_error.ts";
import { checkWhole } from "./compression.ts";
import { csvFault } from "./csv_fault.ts";
import { type CsvPlan, csvQuery, type CsvReading } from "./csv_query.ts";
import { type ProvedStream, provedStream } from "./proved_stream.ts";
import { explained, systemReason } from "./system_error.ts";

/** The rows of a plan, batch by batch.
 *
 * @throws {EngineError} where the native reading fails; that by text may succeed
 * @throws {Error} where that by text does: the first thing in the files that breaks the plan. */
export function startCsv(
  engine: Engine,
  source: string,
  plan: CsvPlan,
  reading: CsvReading,
): Promise<ProvedStream> {
  const files = plan.files.map(({ file }) => file);
  return provedStream(engine, csvQuery(plan, reading), files, async (failure) => {
    return reading === "native" ? failure : await reasonOf(engine, source, plan, failure);
  });
}

/** Throws the reason for which a query over the plan's files failed. */
export async function csvRefusal(
  engine: Engine,
  source: string,
  plan: CsvPlan,
  failure: unknown,
): Promise<never> {
  for (const { file } of plan.files) await checkWhole(file.path, file.name, file.compression);
  throw await reasonOf(engine, source, plan, failure);
}

/** The reason in the files; what DuckDB says where they have none. */
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
  return fault ?? unreadable(source, failure);
}

/** The error for a file that DuckDB cannot read for a reason that only it knows. */
export function unreadable(source: string, failure: unknown): unknown {
  if (!(failure instanceof EngineError)) return failure;
  const lines = failure.message.split("\n");
  const line = /\bline:? (\d+)/i.exec(failure.detail)?.[1];
  const [, record, key] = /value (\d+):.*has duplicate key "(.*?)"/.exec(failure.message) ?? [];
  const reason = record
    ? `value ${record} has the key \`${key}\` twice; mend the file`
    : /protocolexception|corrupt|decompress/i.test(failure.detail)
    ? "the data is damaged; get the file again"
    : /not a gzip stream/i.test(failure.detail)
    ? "other bytes follow its gzip data; get the file again"
    : /unterminated quote/i.test(failure.message)
    ? "text stands beside a quoted value; quote the whole field, and double the quotes inside it"
    : failure.detail.includes("state machine")
    ? "its lines end now in \\r\\n, now in \\n; write all of them alike"
    : /^csv error/i.test(failure.detail)
    ? lines.slice(1).find((text) => !/^(Original Line|Expected|Possible|\*)/.test(text)) ??
      failure.detail
    : failure.detail;
  const place = line === undefined ? "" : `, line ${line}`;
  return new Error(`Cannot read ${source}${place}: ${reason.replace(/\.$/, "")}`, {
    cause: failure,
  });
}
