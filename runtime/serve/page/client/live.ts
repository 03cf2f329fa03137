/** Hears from the server what runs do, and draws it. @module */
import { logReader } from "./log.ts";
import { notify } from "./notice.ts";
import { redraw, settled } from "./redraw.ts";

const DRAWN = [
  "run_accepted",
  "run_started",
  "run_waiting",
  "run_finished",
  "block_started",
  "block_retrying",
  "block_waiting",
  "block_ended",
  "checks",
  "artifact",
];

/** Listens until the page is left; a page of one run hears of that run alone. */
export function listen(): void {
  const log = document.querySelector<HTMLElement>("[data-log]");
  const readLog = log ? settled(logReader(log)) : () => {};
  const run = log?.dataset.log;
  const path = run ? `/api/events?run=${encodeURIComponent(run)}` : "/api/events";
  const source = new EventSource(path);
  const lookAnew = () => {
    redraw();
    readLog();
  };
  // Whatever happened while nobody listened is drawn as soon as somebody does.
  source.addEventListener("listening", () => {
    show("live");
    lookAnew();
  });
  source.addEventListener("missed", lookAnew);
  source.addEventListener("error", () => {
    show("lost");
    // It tries again by itself, unless the server has refused it.
    if (source.readyState === EventSource.CLOSED) {
      notify("The server has started anew: open the address that it printed");
    }
  });
  source.addEventListener("log", readLog);
  // The last lines reach the history just before the end does.
  source.addEventListener("run_finished", readLog);
  for (const type of DRAWN) source.addEventListener(type, redraw);
  // Files are edited elsewhere: what they say is looked at when the person comes back.
  addEventListener("focus", redraw);
}

function show(state: "live" | "lost"): void {
  const connection = document.getElementById("connection");
  if (!connection) return;
  connection.className = state;
  connection.textContent = state;
}
