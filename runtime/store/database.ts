/** The SQLite file of a project's run history: opened, brought up to date, and told of clearly. @module */
import { DatabaseSync, type StatementSync } from "node:sqlite";
import schema1 from "./schema/1.sql" with { type: "text" };
import schema2 from "./schema/2.sql" with { type: "text" };
import schema3 from "./schema/3.sql" with { type: "text" };
import schema4 from "./schema/4.sql" with { type: "text" };
import schema5 from "./schema/5.sql" with { type: "text" };
import schema6 from "./schema/6.sql" with { type: "text" };
import schema7 from "./schema/7.sql" with { type: "text" };

/** Each brings the schema from the version before to its own: the first makes version 1. */
const migrations: readonly string[] = [
  schema1,
  schema2,
  schema3,
  schema4,
  schema5,
  schema6,
  schema7,
];

export type Values = (string | number | null)[];
export type Row = Record<string, string | number | null>;

/** An open history file. Statements are prepared once. */
export class Database implements Disposable {
  readonly #file: string;
  readonly #database: DatabaseSync;
  readonly #statements = new Map<string, StatementSync>();

  /** Opens `<projectFolder>/.sluice/history.db`, making it where it is not. Writes wait up to `busyMs`
   *  for those of other processes.
   *
   * @throws {Error} when it cannot be opened, is no database, or is of a newer Sluice. */
  constructor(projectFolder: string, busyMs = 10_000) {
    const folder = `${projectFolder}/.sluice`;
    this.#file = `${folder}/history.db`;
    try {
      Deno.mkdirSync(folder, { recursive: true });
      this.#database = new DatabaseSync(this.#file, { timeout: busyMs });
      // Checkpoints wait for the disk: with this many pages a run of some thousand blocks needs none.
      this.#database.exec(
        "pragma synchronous = normal; pragma foreign_keys = on; pragma wal_autocheckpoint = 8000",
      );
      this.#migrate();
    } catch (error) {
      throw this.#explain(error, "open");
    }
  }

  /** Runs a statement; gives the number of rows that it changed. */
  run(sql: string, ...values: Values): number {
    try {
      return Number(this.#prepare(sql).run(...values).changes);
    } catch (error) {
      throw this.#explain(error, "write to");
    }
  }

  all(sql: string, ...values: Values): Row[] {
    try {
      return this.#prepare(sql).all(...values) as Row[];
    } catch (error) {
      throw this.#explain(error, "read");
    }
  }

  get(sql: string, ...values: Values): Row | undefined {
    try {
      return this.#prepare(sql).get(...values) as Row | undefined;
    } catch (error) {
      throw this.#explain(error, "read");
    }
  }

  /** Calls `work` in one transaction that writes: all of it happens, or nothing. */
  transaction<Result>(work: () => Result): Result {
    this.run("begin immediate");
    try {
      const result = work();
      this.run("commit");
      return result;
    } catch (error) {
      this.#rollBack();
      throw error;
    }
  }

  [Symbol.dispose](): void {
    this.#statements.clear();
    this.#database.close();
  }

  #prepare(sql: string): StatementSync {
    const known = this.#statements.get(sql);
    if (known) return known;
    const made = this.#database.prepare(sql);
    this.#statements.set(sql, made);
    return made;
  }

  /** Some errors, a full disk among them, have ended the transaction already. */
  #rollBack(): void {
    if (this.#database.isTransaction) this.#database.exec("rollback");
  }

  #migrate(): void {
    if (this.#version() === migrations.length) return;
    this.#database.exec("pragma journal_mode = wal");
    this.transaction(() => {
      // Another process may have done it meanwhile.
      const version = this.#version();
      if (version > migrations.length) {
        throw new Error(
          `it is of a newer Sluice (version ${version}, this one knows ${migrations.length})`,
        );
      }
      for (const sql of migrations.slice(version)) this.#database.exec(sql);
      this.#database.exec(`pragma user_version = ${migrations.length}`);
    });
  }

  #version(): number {
    return Number(this.#database.prepare("pragma user_version").get()?.user_version ?? 0);
  }

  #explain(error: unknown, doing: string): Error {
    const message = error instanceof Error ? error.message : String(error);
    const mend = mends.find(([pattern]) => pattern.test(message))?.[1];
    const rest = mend === undefined ? "" : `; ${mend}`;
    return new Error(`Cannot ${doing} the run history ${this.#file}: ${message}${rest}`, {
      cause: error,
    });
  }
}

const mends: readonly (readonly [RegExp, string])[] = [
  [/disk is full|ENOSPC|No space left/i, "free some space on its disk"],
  [/disk I\/O error/i, "see whether its disk is full, or broken"],
  [/locked|busy/i, "another process has held it for too long: see whether one hangs"],
  [/not a database|malformed|corrupt/i, "move the file away, and a new history is begun"],
  [
    /readonly|read-only|unable to open|EACCES|Permission denied/i,
    "see whether you may write there",
  ],
  [/newer Sluice/, "use that one"],
];
