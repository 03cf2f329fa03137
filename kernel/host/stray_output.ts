/** Sends what a cell prints after its end to that cell, and drops what an interrupted one prints.
 *  While a cell runs, its output goes the stock kernel's way. @module */
import { announce, jupyter } from "./broadcast.ts";
import { strayCell } from "./cell_scope.ts";
import { media } from "./media.ts";

const STREAMS = { log: "stdout", info: "stdout", debug: "stdout", warn: "stderr", error: "stderr" };

type Printer = (...values: readonly unknown[]) => void;

/** How the stock kernel writes logged values. */
const inspectArgs = Reflect.get(Deno, Reflect.get(Deno, "internal") as symbol)
  .inspectArgs as (values: readonly unknown[], options: { colors: boolean }) => string;

/** Makes the console and `Deno.jupyter` know which cell they are called from. */
export function routeOutput(): void {
  for (const [method, name] of Object.entries(STREAMS)) {
    const print = Reflect.get(console, method) as Printer;
    const printHere: Printer = (...values) => {
      if (strayCell() === undefined) return print(...values);
      const text = `${inspectArgs(values, { colors: !Deno.noColor })}\n`;
      jupyter.broadcast("stream", { name, text });
    };
    Reflect.set(console, method, printHere);
  }
  jupyter.broadcast = (type, content, options = {}) => {
    const cell = strayCell();
    if (cell?.isAborted) return;
    const metadata = cell ? { ...options.metadata, cell: cell.id } : options.metadata ?? {};
    announce(type, content, { metadata, buffers: options.buffers ?? [] });
  };
  jupyter.display = async (value, { raw = false, update = false, display_id } = {}) => {
    const data = raw ? value : await media(value);
    const transient = display_id === undefined ? {} : { display_id };
    const type = update ? "update_display_data" : "display_data";
    jupyter.broadcast(type, { data, metadata: {}, transient });
  };
}

/** A kernel goes on after a cell that asks to leave. */
export function forbidExit(): void {
  Deno.exit = ((code = 0) => {
    throw new Error(`Deno.exit(${code}) was called; in a notebook the kernel goes on`);
  }) as typeof Deno.exit;
}
