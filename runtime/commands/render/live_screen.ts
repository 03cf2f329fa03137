/** Shows a run on a terminal: its blocks redrawn in place, what they print scrolling by above. @module */
import type { createLogUpdate } from "log-update";
import type { RunEvent } from "../../run/events.ts";
import { type ErrorOptions, locatedMessage } from "./error_lines.ts";
import { frameOf } from "./frame.ts";
import { logLine, nameOf, startLines, tryOf } from "./plain.ts";
import type { Renderer } from "./renderer.ts";
import { emptyRunView, noteEvent } from "./run_view.ts";
import type { Paint } from "./style.ts";
import { summaryLines } from "./summary.ts";

/** The screen is redrawn so often: a spinner's turn. */
const TURN_MS = 80;
const QUICK_MS = 120;

export interface LiveScreenOptions {
  /** The absolute path of the notebook that the run is of. */
  readonly notebook: string;
  readonly paint: Paint;
  readonly size: () => { readonly columns: number; readonly rows: number };
}

/** A renderer on this process's terminal. A run that is over in no time is written out once: the drawing
 * library would take longer to load. */
export function liveScreen({ notebook, paint, size }: LiveScreenOptions): Renderer {
  const view = emptyRunView();
  let above: string[] = [];
  let drawing: ReturnType<typeof createLogUpdate> | undefined;
  let turn = 0;
  let isClosed = false;

  const draw = () => {
    if (!drawing) return;
    if (above.length > 0) finish([]);
    if (view.run) drawing(frameOf(view, { now: Date.now(), size: size(), paint, turn }).join("\n"));
  };
  const finish = (lines: readonly string[]) => {
    drawing?.clear();
    write([...above, ...lines].join("\n") + "\n");
    above = [];
  };
  const loading = setTimeout(async () => {
    const { createLogUpdate } = await import("log-update");
    if (!isClosed) drawing = createLogUpdate(terminalStream(size));
  }, QUICK_MS);
  const timer = setInterval(() => {
    turn++;
    draw();
  }, TURN_MS);

  return {
    show(event) {
      noteEvent(view, event);
      above.push(...linesAbove(event, { notebook, paint }));
      if (event.type !== "run_ended") return;
      const frame = frameOf(view, { now: event.at, size: size(), paint, isEnded: true });
      clearTimeout(loading);
      clearInterval(timer);
      finish([...frame, ...summaryLines(event.result, { notebook, paint })]);
    },
    close() {
      if (isClosed) return;
      isClosed = true;
      clearTimeout(loading);
      clearInterval(timer);
      if (above.length > 0) finish([]);
      drawing?.done();
    },
  };
}

/** The terminal as the drawing library wants it. Written synchronously, so that frames and what is
 * written between them keep their order, and nothing is lost when the process ends. */
function terminalStream(size: LiveScreenOptions["size"]): NodeJS.WriteStream {
  const stream = {
    isTTY: true,
    get columns() {
      return size().columns;
    },
    get rows() {
      return size().rows;
    },
    write,
  };
  return stream as unknown as NodeJS.WriteStream;
}

function write(text: string): void {
  let bytes = new TextEncoder().encode(text);
  while (bytes.length > 0) bytes = bytes.subarray(Deno.stdout.writeSync(bytes));
}

/** What scrolls by above the blocks: the run's head, console lines, failed tries, what was shown. */
function linesAbove(event: RunEvent, { notebook, paint }: Required<ErrorOptions>): string[] {
  switch (event.type) {
    case "run_started":
      return startLines(event).map((line, index) =>
        index === 0 ? paint("strong", line) : paint("quiet", line)
      );
    case "log":
      return [event.stream === "stderr" ? paint("warning", logLine(event)) : logLine(event)];
    case "block_retrying":
      return [paint("warning", retryLine(event, notebook))];
    case "artifact":
      return [
        paint("quiet", `${event.block} │ showed ${event.title ?? event.mediaTypes.join(", ")}`),
      ];
    default:
      return [];
  }
}

function retryLine(event: Extract<RunEvent, { type: "block_retrying" }>, notebook: string): string {
  return `${nameOf(event)} │ ${tryOf(event)} failed: ${locatedMessage(event.error, notebook)}`;
}
