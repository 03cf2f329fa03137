/** Takes what the code of blocks prints, each line to the block that printed it.
 *
 *  `console` and writes to `Deno.stdout` and `Deno.stderr` (node's `process.stdout` among them) are
 *  known by the scope they are called in. What a child process of a block prints goes past this, and
 *  is the run's. @module */
import { currentScope, type Scope } from "../context/scope.ts";
import type { LogLine } from "./events.ts";

type Stream = LogLine["stream"];
type ConsoleType = new (print: (text: string, level: number) => void) => Console;

/** From this level on Deno's console prints to standard error. */
const WARNING = 2;
const MOST_HELD = 64 * 1024;

/** Takes over the process's console and outputs for good; `write` gets each line. The function given writes
 *  what still waits for its line break. */
export function captureConsole(write: (line: LogLine) => void): () => void {
  const lines = openLines(write);
  const consoles = new WeakMap<object, Console>();
  const outside = {};
  // Deno's own class, so that blocks print as they do live; node's takes 30 ms to load.
  const internal = Reflect.get(Deno, Reflect.get(Deno, "internal")) as {
    readonly Console: ConsoleType;
  };
  const make = () =>
    new internal.Console((text, level) => lines.add(level >= WARNING ? "stderr" : "stdout", text));
  // Each block has its own, since groups, counts and timers are the console's.
  const consoleOf = (key: object) => consoles.get(key) ?? remember(consoles, key, make());
  const shared = make();
  for (const [name, value] of Object.entries(shared)) {
    if (typeof value !== "function") continue;
    const call = (...parts: unknown[]) =>
      Reflect.apply(Reflect.get(consoleOf(currentScope() ?? outside), name), undefined, parts);
    Reflect.set(shared, name, call);
  }
  globalThis.console = shared;
  captureStream(Deno.stdout, (text) => lines.add("stdout", text));
  captureStream(Deno.stderr, (text) => lines.add("stderr", text));
  return lines.flush;
}

function remember(known: WeakMap<object, Console>, key: object, made: Console): Console {
  known.set(key, made);
  return made;
}

/** Cuts text into lines, for each scope and stream apart; what lacks its line break waits for it. */
function openLines(write: (line: LogLine) => void) {
  const held = new WeakMap<object, Record<Stream, string>>();
  const outside = {};
  const unflushed = new Set<() => void>();
  return {
    add(stream: Stream, text: string): void {
      const scope = currentScope();
      const rests = held.get(scope ?? outside) ?? { stdout: "", stderr: "" };
      held.set(scope ?? outside, rests);
      const lines = (rests[stream] + text).split("\n");
      rests[stream] = lines.pop() ?? "";
      for (const line of lines) write(lineOf(scope, stream, line));
      if (rests[stream] === "") return;
      if (rests[stream].length > MOST_HELD) flush();
      else if (lines.length > 0 || rests[stream] === text) {
        unflushed.add(flush);
        setTimeout(flush, 0);
      }
      function flush(): void {
        unflushed.delete(flush);
        if (rests[stream] !== "") write(lineOf(scope, stream, rests[stream]));
        rests[stream] = "";
      }
    },
    flush(): void {
      for (const flush of unflushed) flush();
    },
  };
}

function lineOf(scope: Scope | undefined, stream: Stream, text: string): LogLine {
  const at = Date.now();
  if (scope?.block === undefined) return { type: "log", at, stream, text };
  const element = scope.element === undefined ? {} : { element: scope.element };
  return {
    type: "log",
    at,
    block: scope.block,
    ...element,
    attempt: scope.run.attempt,
    stream,
    text,
  };
}

function captureStream(stream: typeof Deno.stdout, add: (text: string) => void): void {
  const decoder = new TextDecoder();
  const take = (bytes: Uint8Array) => {
    add(decoder.decode(bytes, { stream: true }));
    return bytes.length;
  };
  Object.defineProperties(stream, {
    writeSync: { value: take },
    write: { value: (bytes: Uint8Array) => Promise.resolve(take(bytes)) },
    writable: { get: () => new WritableStream({ write: (bytes: Uint8Array) => void take(bytes) }) },
  });
}
