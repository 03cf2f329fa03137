/** What the routes stand on: the history and who runs what. @module */
import type { RunStore } from "../run/run_store.ts";
import type { EventLog } from "./event_log.ts";

/** The parts that one server has. */
export interface ServerParts {
  /** Absolute. */
  readonly projectFolder: string;
  readonly store: RunStore;
  /** The latest events, for those that listen. */
  readonly events: EventLog;
  /** Aborts when the server ends: streams end with it. */
  readonly signal: AbortSignal;
}
