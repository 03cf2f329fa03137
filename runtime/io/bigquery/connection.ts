/** What `bigquery()` gives a cell. @module */
import { atFirstUse } from "../../context/at_first_use.ts";
import { currentScope } from "../../context/scope.ts";
import type { Table, TableStream, UnknownRow } from "../../table/table.ts";
import { appendKey } from "../append_call.ts";
import { checkWrite } from "../check_write.ts";
import type { RetryOptions } from "../gcs/storage_client.ts";
import type { Executed } from "../postgres/connection.ts";
import type { IfExists, Written } from "../postgres/write.ts";
import type { Layout } from "./layout.ts";
import type { Service } from "./service.ts";
import { type BigQueryValue, queryText } from "./sql_text.ts";

const serving = atFirstUse(() => import("./service.ts"));
const querying = atFirstUse(() => import("./query.ts"));
const writing = atFirstUse(() => import("./write.ts"));

/** The BigQuery of a profile.
 *
 * @param profile the profile in io_config.yaml; without it the one that `--profile` names, or `default`
 * @param retry how stubborn requests are
 * @example
 * ```ts
 * import { bigquery, ident } from "sluice";
 *
 * async function countRows(table: string) {
 *   return await bigquery("dev").query<{ n: bigint }>`select count(*) as n from ${ident(table)}`;
 * }
 * ``` */
export function bigquery(profile?: string, retry: RetryOptions = {}): BigQueryConnection {
  return new BigQueryConnection(profile ?? currentScope()?.profile ?? "default", retry);
}

/** Whoever wants to know whether BigQuery is there does not want to wait long. */
const CHECK_ATTEMPTS = 3;

/** How a table is written into BigQuery; partitions and clusters are those of a table that the write makes. */
export interface BigQueryWriteOptions extends Layout {
  /** What happens where the table exists. */
  readonly ifExists?: IfExists;
  /** Makes the bucket that the profile names where it is missing; false by default. */
  readonly createBucket?: boolean;
}

/** BigQuery, by profile. Values in `${…}` become bound parameters, names go through `ident`, tables are
 *  staged for the time of the query. Jobs carry labels for pipeline, block and run, and end with the run. */
export class BigQueryConnection {
  readonly profile: string;
  readonly #retry: RetryOptions;

  constructor(profile: string, retry: RetryOptions = {}) {
    this.profile = profile;
    this.#retry = retry;
  }

  /** The query's whole result.
   *
   * @throws {ConnectionError} when BigQuery cannot be reached; {Error} when it refuses the query;
   *   {TypeError} at a column of a type that a table lacks. */
  async query<Row = UnknownRow>(
    strings: readonly string[],
    ...values: readonly BigQueryValue[]
  ): Promise<Table<Row>> {
    const query = queryText(strings, values);
    return await (await querying()).queryTable<Row>(await this.#service(), query);
  }

  /** The query's result as a stream, for results that would not fit in memory. */
  async scan<Row = UnknownRow>(
    strings: readonly string[],
    ...values: readonly BigQueryValue[]
  ): Promise<TableStream<Row>> {
    const query = queryText(strings, values);
    return await (await querying()).queryStream<Row>(await this.#service(), query);
  }

  /** Runs a statement, or several separated by `;`. */
  async execute(
    strings: readonly string[],
    ...values: readonly BigQueryValue[]
  ): Promise<Executed> {
    const query = queryText(strings, values);
    const { executeStatement } = await querying();
    return { rowCount: await executeStatement(await this.#service(), query) };
  }

  /** Checks the query and tells how many bytes it would read, which is what BigQuery bills. */
  async dryRun(
    strings: readonly string[],
    ...values: readonly BigQueryValue[]
  ): Promise<{ readonly bytes: number }> {
    const query = queryText(strings, values);
    return { bytes: await (await querying()).dryRunBytes(await this.#service(), query) };
  }

  /** Writes a table or stream into `dataset.table` by a load job, all or nothing; a missing dataset is made
   *  in the profile's GOOGLE_LOCATION. `append` adds the rows once, however often the run repeats it.
   *
   * @throws {Error} when the table exists under `fail`, or has other columns under `append`;
   *   {TypeError} at a column of a type that BigQuery lacks. */
  async write(
    data: Table<unknown> | TableStream<unknown>,
    table: string,
    { ifExists = "fail", ...options }: BigQueryWriteOptions = {},
  ): Promise<Written> {
    checkWrite(data, table, ifExists);
    const key = ifExists === "append"
      ? await appendKey(`bigquery:${this.profile}:${table}`, 32)
      : undefined;
    const { writeTable } = await writing();
    return await writeTable(await this.#service(), data, table, { ifExists, key, ...options });
  }

  /** Asks BigQuery for an answer.
   *
   * @throws {ConnectionError} when there is none, {Error} when the account may not use the project. */
  async check(): Promise<void> {
    const service = await this.#service();
    try {
      const attempts = Math.min(service.retry.attempts, CHECK_ATTEMPTS);
      await service.withRetry({ attempts }).request("datasets", { query: { maxResults: 1 } });
    } catch (cause) {
      const { bigQueryFailure } = await import("./failure.ts");
      throw bigQueryFailure(service.profile, "connect to", cause);
    }
  }

  async #service(): Promise<Service> {
    const { openService } = await serving();
    return await openService(this.profile, this.#retry);
  }
}
