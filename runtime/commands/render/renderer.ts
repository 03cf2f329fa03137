/** How a run is shown while it goes on: on a terminal, in a pipe, or not at all. @module */
import type { RunEvent } from "../../run/events.ts";

/** Takes a run's events as they come; `close` gives the terminal back, whatever happened. */
export interface Renderer {
  show(event: RunEvent): void;
  close(): void;
}

/** Shows nothing: for `--json`. */
export const silent: Renderer = { show: () => {}, close: () => {} };
