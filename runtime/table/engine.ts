/** The DuckDB inside this process: opened on first use, one for each run and one for its writers, closed
 *  with it.
 *  Only what needs SQL comes here; column functions and Arrow files do without. @module */
import type * as Native from "@duckdb/node-bindings";
import type { Connection, Database, PreparedStatement } from "@duckdb/node-bindings";
import { fileLimits } from "../context/file_limits.ts";
import { type Closable, Resources } from "../context/resources.ts";
import { currentScope } from "../context/scope.ts";
import { EngineError } from "./engine_error.ts";
import { limitStatements, refuseWriting } from "./engine_limits.ts";
import { LentTables } from "./lent_tables.ts";
import { startPulse } from "./pulse.ts";
import { bindValue, type SqlValue } from "./sql_value.ts";
import { newTempPath } from "./temp_folder.ts";

/** How many bytes of a streamed result DuckDB makes ahead: the one setting that stays open, since only
 *  a connection of its own has it. */
export const STREAM_BUFFER = "streaming_buffer_size";

/** The functions of DuckDB's C interface. */
export type DuckDB = typeof Native;

const outsideRuns = new Resources();

/** The DuckDB of the calling run, or of the process outside runs; opened at the first call.
 *
 * @throws {Error} where Deno may not load native libraries.
 * @example
 * ```ts
 * import { duckdb } from "./engine.ts";
 * const engine = await duckdb();
 * await engine.run("create or replace temp table numbers as select 1 as n");
 * ``` */
export function duckdb(): Promise<Engine> {
  const resources = currentScope()?.resources ?? outsideRuns;
  return resources.use("duckdb", () => Engine.open());
}

/** The DuckDB that writes the calling run's files, on one thread for each file: rows come from this
 *  thread one batch after another, and a second would only spin while it waits for them. */
export function writingDuckDB(): Promise<Engine> {
  const resources = currentScope()?.resources ?? outsideRuns;
  return resources.use("duckdb that writes", () => Engine.open({ threads: "1" }));
}

/** An open DuckDB. Every use takes a connection of its own, so that blocks side by side never wait
 *  for one another. */
export class Engine implements Closable {
  readonly native: DuckDB;
  /** What is lent to this database. */
  readonly lent: LentTables;
  readonly #database: Database;
  readonly #tempFolder: string;
  readonly #open = new Set<LentConnection>();

  private constructor(native: DuckDB, database: Database, tempFolder: string) {
    this.native = native;
    this.lent = new LentTables(native);
    this.#database = database;
    this.#tempFolder = tempFolder;
  }

  /** Opens a database in memory that spills into `.sluice/tmp`. Prefer `duckdb()`.
   *
   * @param more settings on top of those that every database has */
  static async open(more: Readonly<Record<string, string>> = {}): Promise<Engine> {
    const native = await loadDuckDB();
    const tempFolder = newTempPath("duckdb");
    const config = native.create_config();
    for (const [name, value] of Object.entries({ ...settings(tempFolder), ...more })) {
      native.set_config(config, name, value);
    }
    const database = await native.open(":memory:", config);
    const engine = new Engine(native, database, tempFolder);
    await engine.run("set global TimeZone = 'UTC'");
    await engine.withConnection((connection) => Promise.resolve(engine.lent.register(connection)));
    for (const statement of limitStatements(fileLimits())) await engine.run(statement);
    await engine.run(`set global allowed_configs = ['${STREAM_BUFFER}']`);
    await engine.run("set global lock_configuration = true");
    return engine;
  }

  /** Lends a connection to `work`; the run's cancellation interrupts its query. */
  async withConnection<Result>(
    work: (connection: Connection) => Promise<Result>,
  ): Promise<Result> {
    const lent = await this.connect();
    try {
      return await work(lent.connection);
    } finally {
      lent[Symbol.dispose]();
    }
  }

  /** A connection until it is disposed of, for results that are read piece by piece. */
  async connect(): Promise<LentConnection> {
    const signal = currentScope()?.run.signal;
    signal?.throwIfAborted();
    const { native } = this;
    const stopPulse = startPulse();
    const connection = await native.connect(this.#database).catch((failure) => {
      stopPulse();
      throw failure;
    });
    const stopInterrupting = interruptOnAbort(signal, () => native.interrupt(connection));
    const lent = {
      connection,
      signal,
      [Symbol.dispose]: () => {
        if (!this.#open.delete(lent)) return;
        stopPulse();
        stopInterrupting();
        native.disconnect_sync(connection);
      },
    };
    this.#open.add(lent);
    return lent;
  }

  /** Runs statements for their effect and gives the number of rows that the last one changed.
   *  Parameters are for a single statement.
   *
   * @throws {EngineError} what DuckDB refused, with the line of the SQL. */
  run(sql: string, params: readonly SqlValue[] = []): Promise<number> {
    return this.withConnection(async (connection) => {
      try {
        if (params.length === 0) {
          return this.native.rows_changed(await this.native.query(connection, sql));
        }
        const statement = await this.prepare(connection, sql, params);
        try {
          return this.native.rows_changed(await this.native.execute_prepared(statement));
        } finally {
          this.native.destroy_prepare_sync(statement);
        }
      } catch (cause) {
        throw this.translate(cause, sql);
      }
    });
  }

  /** Prepares one statement with its parameters bound; the caller destroys it. */
  async prepare(
    connection: Connection,
    sql: string,
    params: readonly SqlValue[],
  ): Promise<PreparedStatement> {
    const { native } = this;
    const statement = await native.prepare(connection, sql);
    refuseWriting(native, statement, fileLimits());
    const expected = native.nparams(statement);
    if (expected !== params.length) {
      native.destroy_prepare_sync(statement);
      throw new Error(`the SQL has ${expected} parameters, but ${params.length} values were given`);
    }
    params.forEach((value, index) => bindValue(native, statement, index + 1, value));
    return statement;
  }

  /** The error to throw for one that DuckDB gave: the cancellation where that was the cause. */
  translate(cause: unknown, sql: string): unknown {
    const signal = currentScope()?.run.signal;
    if (signal?.aborted) return signal.reason;
    return cause instanceof EngineError ? cause : new EngineError(cause, sql);
  }

  async close(): Promise<void> {
    for (const lent of this.#open) lent[Symbol.dispose]();
    this.native.close_sync(this.#database);
    await Deno.remove(this.#tempFolder, { recursive: true }).catch((failure) => {
      if (!(failure instanceof Deno.errors.NotFound)) throw failure;
    });
  }
}

/** A connection on loan: disposing of it disconnects. */
export interface LentConnection extends Disposable {
  readonly connection: Connection;
  readonly signal: AbortSignal | undefined;
}

/** How often a cancelled query is told to stop. */
const INTERRUPT_EVERY_MS = 20;

/** Interrupts again and again from the abort on: DuckDB forgets an interrupt that comes before the
 *  query has started. Gives the function that ends it. */
function interruptOnAbort(signal: AbortSignal | undefined, interrupt: () => void): () => void {
  if (!signal) return () => {};
  let timer: ReturnType<typeof setInterval> | undefined;
  const start = () => {
    interrupt();
    timer ??= setInterval(interrupt, INTERRUPT_EVERY_MS);
  };
  if (signal.aborted) start();
  signal.addEventListener("abort", start);
  return () => {
    signal.removeEventListener("abort", start);
    clearInterval(timer);
  };
}

/** Extensions never come from the network; results keep the order of their input. */
function settings(tempFolder: string): Record<string, string> {
  return {
    temp_directory: tempFolder,
    preserve_insertion_order: "true",
    autoinstall_known_extensions: "false",
    autoload_known_extensions: "false",
    allow_community_extensions: "false",
    // What a person or another program installed is not found either: every machine has the same SQL.
    extension_directory: `${tempFolder}/extensions`,
  };
}

async function loadDuckDB(): Promise<DuckDB> {
  try {
    const loaded = await import("@duckdb/node-bindings");
    return (loaded as unknown as { default: DuckDB }).default;
  } catch (cause) {
    if (!(cause instanceof Deno.errors.NotCapable)) {
      throw new Error("Cannot load DuckDB, which sql and file readers are built on", { cause });
    }
    throw new Error(
      'Cannot start DuckDB: Deno may not load native libraries here; allow it with --allow-ffi, or keep to column functions (filter, select, derive), readCsv, Parquet and Arrow files; a notebook allows it by "ffi": true under sluice.permissions',
      { cause },
    );
  }
}
