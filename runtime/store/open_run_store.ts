/** The part of the run history that a run itself needs: every run loads it, in the process that executes it
 *  and in the one that watches. @module */
import type { RunStore } from "../run/run_store.ts";
import { Database } from "./database.ts";
import { leasesIn } from "./leases.ts";
import { queriesOf } from "./queries.ts";
import { sqliteRunWriter } from "./run_writer.ts";

/** Opens the history of the project at `projectFolder` as `openStore` does, for its runs alone. */
export function openRunStore(projectFolder: string): RunStore {
  return runsIn(new Database(projectFolder));
}

/** The runs of an open file, which is closed with them. */
export function runsIn(database: Database): RunStore {
  return {
    ...leasesIn(database),
    ...queriesOf(database),
    writer: (lease) => sqliteRunWriter(database, lease),
    close: () => database[Symbol.dispose](),
  };
}
