/** What `postgres()` gives a cell. @module */
import { atFirstUse } from "../../context/at_first_use.ts";
import { currentScope } from "../../context/scope.ts";
import type { Table, TableStream, UnknownRow } from "../../table/table.ts";
import { appendCall } from "../append_call.ts";
import { checkWrite } from "../check_write.ts";
import type { Server } from "./server.ts";
import { queryText, type QueryValue } from "./sql_text.ts";
import type { IfExists, Written } from "./write.ts";

const serving = atFirstUse(() => import("./server.ts"));
const reading = atFirstUse(() => import("./read.ts"));
const executing = atFirstUse(() => import("./execute.ts"));
const writing = atFirstUse(() => import("./write.ts"));

/** The Postgres of a profile. Connections are opened at the first use and closed with the run.
 *
 * @param profile the profile in io_config.yaml; without it the one that `--profile` names, or `default`.
 * @example
 * ```ts
 * import { ident, postgres } from "sluice";
 *
 * async function countRows(table: string) {
 *   return await postgres("dev").query<{ n: bigint }>`select count(*) as n from ${ident(table)}`;
 * }
 * ``` */
export function postgres(profile?: string): PostgresConnection {
  return new PostgresConnection(profile ?? currentScope()?.profile ?? "default");
}

/** What became of a statement that returns no table. */
export interface Executed {
  /** Rows that it inserted, changed or deleted; 0 where it counts none. */
  readonly rowCount: number;
}

export interface WriteOptions {
  /** What happens where the table exists. */
  readonly ifExists?: IfExists;
}

/** A Postgres server, by profile. Values in `${…}` become bound parameters, names go through `ident`. */
export class PostgresConnection {
  readonly profile: string;

  constructor(profile: string) {
    this.profile = profile;
  }

  /** The query's whole result.
   *
   * @throws {ConnectionError} when the server cannot be reached; {Error} when it refuses the query;
   *   {TypeError} at a column of a type that a table lacks. */
  async query<Row = UnknownRow>(
    strings: readonly string[],
    ...values: readonly QueryValue[]
  ): Promise<Table<Row>> {
    const query = queryText(strings, values);
    const { readTable } = await reading();
    return await readTable<Row>(await this.#server(), query);
  }

  /** The query's result as a stream, for results that would not fit in memory. */
  async scan<Row = UnknownRow>(
    strings: readonly string[],
    ...values: readonly QueryValue[]
  ): Promise<TableStream<Row>> {
    const query = queryText(strings, values);
    const { readStream } = await reading();
    return await readStream<Row>(await this.#server(), query);
  }

  /** Runs a statement; without values there may be several, separated by `;`, in one transaction. */
  async execute(
    strings: readonly string[],
    ...values: readonly QueryValue[]
  ): Promise<Executed> {
    const query = queryText(strings, values);
    const { runStatement } = await executing();
    return await runStatement(await this.#server(), query);
  }

  /** Writes a table or stream into `schema.table`, all or nothing; a bare name takes the profile's schema, a
   *  missing schema is made. `replace` keeps what hangs on a table whose columns stay: grants, indexes,
   *  views and foreign keys; `append` adds the rows once, however often the run repeats it. A table of many
   *  rows goes over two connections where the server has them, and its rows then lie in no order.
   *
   * @throws {Error} when the table exists under `fail`, has other columns under `append`, or something
   *   forbids replacing it; {RangeError} at a value that its column cannot hold, with row and column. */
  async write(
    data: Table<unknown> | TableStream<unknown>,
    table: string,
    { ifExists = "fail" }: WriteOptions = {},
  ): Promise<Written> {
    checkWrite(data, table, ifExists);
    const key = ifExists === "append" ? appendCall(`${this.profile}:${table}`) : undefined;
    const { writeTable } = await writing();
    return await writeTable(await this.#server(), data, table, { ifExists, key });
  }

  /** Connects and asks for an answer.
   *
   * @throws {ConnectionError} when there is none. */
  async check(): Promise<void> {
    await this.execute(["select 1"]);
  }

  async #server(): Promise<Server> {
    const { openServer } = await serving();
    return await openServer(this.profile);
  }
}
