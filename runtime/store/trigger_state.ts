/** What triggers remember over restarts: how far schedules have come, which files were seen, who may call. @module */
// deno-lint-ignore-file require-await -- the interface is for histories across a network too
import type { RunStatus } from "../run/status.ts";
import type { Database, Row } from "./database.ts";

/** How far a schedule has come. */
export interface ScheduleState {
  readonly trigger: string;
  /** What was scheduled, as text: another text begins anew. */
  readonly schedule: string;
  /** When the schedule was first seen. */
  readonly sinceMs: number;
  /** Every occurrence up to it has been seen to. */
  readonly positionMs: number;
  readonly isEnabled: boolean;
}

/** A run's end, in the order of all ends. */
export interface EndedRunRow {
  readonly number: number;
  readonly run: string;
  readonly pipeline: string;
  /** As it is now. */
  readonly status: RunStatus;
  /** The run was tried again or resumed since: this was not its last end. */
  readonly goesOn: boolean;
}

export interface TriggerStates {
  listSchedules(): Promise<readonly ScheduleState[]>;
  /** Writes all of them, or none. */
  saveSchedules(states: readonly ScheduleState[]): Promise<void>;
  forgetSchedules(triggers: readonly string[]): Promise<void>;
  /** What the trigger has seen. */
  listSeen(trigger: string): Promise<ReadonlySet<string>>;
  addSeen(trigger: string, items: readonly string[], at: number): Promise<void>;
  forgetSeen(trigger: string, items: readonly string[]): Promise<void>;
  saveToken(trigger: string, hash: Uint8Array, at: number): Promise<void>;
  findToken(trigger: string): Promise<Uint8Array | undefined>;
  /** The ends after `number`, at most `limit`, up to the first of which is not yet decided what follows. */
  listEndedRuns(number: number, limit: number, now: number): Promise<readonly EndedRunRow[]>;
  /** How far `reader` has come; a new reader begins at what ends from now on. */
  openCursor(reader: string): Promise<number>;
  saveCursor(reader: string, number: number): Promise<void>;
}

const SAVE_SCHEDULE =
  `insert or replace into schedules (trigger, schedule, since, position, is_enabled)
  values (?, ?, ?, ?, ?)`;

/** A run's lease is given back with the decision whether it is tried again. */
const LIST_ENDED = `select ended.number, ended.run, runs.pipeline, runs.status,
    runs.status in ('initial', 'running') or exists (
      select 1 from ended_runs as later where later.run = ended.run and later.number > ended.number
    ) as goes_on,
    exists (select 1 from leases where leases.run = ended.run and expires_at > ?) as is_undecided
  from (select * from ended_runs where number > ? order by number limit ?) as ended
  join runs on runs.id = ended.run order by ended.number`;

const OPEN_CURSOR = `insert into cursors (reader, number)
  values (?, coalesce((select seq from sqlite_sequence where name = 'ended_runs'), 0))
  on conflict (reader) do nothing`;

/** The memory of triggers in SQLite. */
export function triggerStatesIn(database: Database): TriggerStates {
  return {
    listSchedules: async () => database.all("select * from schedules").map(scheduleFromRow),
    async saveSchedules(states) {
      database.transaction(() => {
        for (const { trigger, schedule, sinceMs, positionMs, isEnabled } of states) {
          const values = [schedule, sinceMs, positionMs, isEnabled ? 1 : 0];
          database.run(SAVE_SCHEDULE, trigger, ...values);
        }
      });
    },
    async forgetSchedules(triggers) {
      database.transaction(() => {
        for (const name of triggers) database.run("delete from schedules where trigger = ?", name);
      });
    },
    async listSeen(trigger) {
      const rows = database.all("select item from seen_items where trigger = ?", trigger);
      return new Set(rows.map(({ item }) => item as string));
    },
    async addSeen(trigger, items, at) {
      const add = "insert or ignore into seen_items (trigger, item, seen_at) values (?, ?, ?)";
      database.transaction(() => {
        for (const item of items) database.run(add, trigger, item, at);
      });
    },
    async forgetSeen(trigger, items) {
      const forget = "delete from seen_items where trigger = ? and item = ?";
      database.transaction(() => {
        for (const item of items) database.run(forget, trigger, item);
      });
    },
    async saveToken(trigger, hash, at) {
      const save =
        "insert or replace into trigger_tokens (trigger, hash, made_at) values (?, unhex(?), ?)";
      database.run(save, trigger, hash.toHex(), at);
    },
    async findToken(trigger) {
      const find = "select hex(hash) as hash from trigger_tokens where trigger = ?";
      const row = database.get(find, trigger);
      return row && Uint8Array.fromHex(row.hash as string);
    },
    async listEndedRuns(number, limit, now) {
      const rows = database.all(LIST_ENDED, now, number, limit);
      const undecided = rows.findIndex((row) => row.is_undecided === 1 && row.goes_on === 0);
      return (undecided < 0 ? rows : rows.slice(0, undecided)).map(endedRunFromRow);
    },
    async openCursor(reader) {
      database.run(OPEN_CURSOR, reader);
      return database.get("select number from cursors where reader = ?", reader)?.number as number;
    },
    async saveCursor(reader, number) {
      database.run("update cursors set number = ? where reader = ?", number, reader);
    },
  };
}

function scheduleFromRow(row: Row): ScheduleState {
  return {
    trigger: row.trigger as string,
    schedule: row.schedule as string,
    sinceMs: row.since as number,
    positionMs: row.position as number,
    isEnabled: row.is_enabled === 1,
  };
}

function endedRunFromRow(row: Row): EndedRunRow {
  return {
    number: row.number as number,
    run: row.run as string,
    pipeline: row.pipeline as string,
    status: row.status as RunStatus,
    goesOn: row.goes_on === 1,
  };
}
