/** Runs queries and reads their results. @module */
import { type RecordBatch as Batch, Schema } from "apache-arrow";
import { currentScope } from "../../context/scope.ts";
import { type Table, TableStream } from "../../table/table.ts";
import { tableFromBatches } from "../../table/table_from_batches.ts";
import { bigQueryFailure } from "./failure.ts";
import { beginJob, cancelling, findJob, type Job, type JobName, newJobName } from "./job.ts";
import { runLabels } from "./labels.ts";
import { arrowField } from "./result_field.ts";
import { type Page, pageBatches, pageOf } from "./result_pages.ts";
import { streamedBatches } from "./result_stream.ts";
import type { Service } from "./service.ts";
import type { QueryText } from "./sql_text.ts";
import { withStagedTables } from "./staged_tables.ts";

/** The whole result. */
export async function queryTable<Row>(service: Service, query: QueryText): Promise<Table<Row>> {
  const stream = await queryStream<Row>(service, query);
  const batches: Batch[] = [];
  for await (const batch of stream.batches()) batches.push(batch);
  return tableFromBatches(stream.schema, batches) as Table<Row>;
}

/** The result as a stream. Staged tables are needed by the query alone, and dropped before it is read. */
export async function queryStream<Row>(
  service: Service,
  query: QueryText,
): Promise<TableStream<Row>> {
  const signal = currentScope()?.run.signal;
  const { name, page } = await finished(service, query, signal);
  const schema = new Schema((page.schema?.fields ?? []).map(arrowField));
  return new TableStream<Row>(schema, batchesOf(service, { name, page, schema, signal }));
}

/** Runs a statement, or several in a script; gives the rows that it changed. */
export async function executeStatement(service: Service, query: QueryText): Promise<number> {
  const { page } = await finished(service, query, currentScope()?.run.signal);
  return Number(page.numDmlAffectedRows ?? 0);
}

/** How many bytes the query would read. */
export async function dryRunBytes(service: Service, query: QueryText): Promise<number> {
  const signal = currentScope()?.run.signal;
  return await refusing(
    service,
    "check the query in",
    () =>
      withStagedTables(service, query.tables, signal, async (names) => {
        const { statistics } = await service.request<Job>("jobs", {
          method: "POST",
          body: {
            jobReference: {
              projectId: service.profile.project,
              location: service.profile.location,
            },
            configuration: { ...configuration(query, names), dryRun: true },
          },
          signal,
        });
        return Number(
          statistics?.query?.totalBytesProcessed ?? statistics?.totalBytesProcessed ?? 0,
        );
      }),
  );
}

/** The job at its successful end, with the first page of its result. */
async function finished(service: Service, query: QueryText, signal: AbortSignal | undefined) {
  return await refusing(
    service,
    "run the query in",
    () =>
      withStagedTables(service, query.tables, signal, async (names) => {
        const name = newJobName(service);
        return await cancelling(service, name, signal, async () => {
          await beginJob(service, name, configuration(query, names), signal);
          for (;;) {
            const page = await pageOf(service, name, undefined, signal);
            if (page.jobComplete) return { name, page };
          }
        });
      }),
  );
}

function configuration(query: QueryText, names: ReadonlyMap<object, string>) {
  return {
    labels: runLabels(),
    query: {
      query: query.text(names),
      useLegacySql: false,
      ...(query.parameters.length === 0
        ? {}
        : { parameterMode: "NAMED", queryParameters: query.parameters }),
    },
  };
}

interface Result {
  readonly name: JobName;
  readonly page: Page;
  readonly schema: Schema;
  readonly signal: AbortSignal | undefined;
}

/** A result that one page holds has come with it; a larger one comes by Storage Read where that is there. */
async function* batchesOf(service: Service, result: Result): AsyncGenerator<Batch> {
  const { name, page: first, schema, signal } = result;
  try {
    const streamed = first.pageToken === undefined ? undefined : await streamOf(service, result);
    yield* streamed ?? pageBatches(service, { name, first, schema, signal });
  } catch (cause) {
    throw bigQueryFailure(service.profile, "read the result in", cause);
  }
}

/** Undefined where pages must do: also for a script's result, which lies in no table of its own. */
async function streamOf(service: Service, { name, page, schema, signal }: Result) {
  const { readEndpoint: endpoint } = service.profile;
  if (endpoint === undefined) return undefined;
  const ended = await findJob(service, name, signal);
  const table = ended?.configuration?.query?.destinationTable;
  if (table === undefined) return undefined;
  const totalRows = Number(page.totalRows);
  return await streamedBatches(service, { endpoint, table, schema, totalRows, signal });
}

async function refusing<Result>(
  service: Service,
  what: string,
  work: () => Promise<Result>,
): Promise<Result> {
  try {
    return await work();
  } catch (cause) {
    throw bigQueryFailure(service.profile, what, cause);
  }
}
