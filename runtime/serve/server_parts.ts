/** What the routes stand on: the history and who runs what. @module */
import type { Dispatcher } from "../dispatch/api.ts";
import type { Store } from "../store/open_store.ts";
import type { EventLog } from "./event_log.ts";

/** The parts that one server has. */
export interface ServerParts {
  /** Absolute. */
  readonly projectFolder: string;
  readonly store: Store;
  /** Executes what is accepted. */
  readonly dispatcher: Dispatcher;
  /** When each enabled schedule fires next, in milliseconds since 1970. */
  readonly nextTimes: () => ReadonlyMap<string, number>;
  /** The latest events, for those that listen. */
  readonly events: EventLog;
  /** Aborts when the server ends: streams end with it. */
  readonly signal: AbortSignal;
}
