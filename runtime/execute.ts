/** The entry of a run's own process: takes its order from standard input, executes the run, and tells
 *  its supervisor over standard output. Loads as little as it can: every run waits for it. @module */
import type { PipelineModule } from "./compile/pipeline.ts";
import { redact } from "./io/profiles/redact.ts";
import { openSender } from "./run/channel.ts";
import { captureConsole } from "./run/console_capture.ts";
import { errorText } from "./run/error_text.ts";
import { executeRun } from "./run/execute_run.ts";
import type { OpenAttempts } from "./run/execution.ts";
import { toFileUrl } from "./run/file_url.ts";
import { guardProcess } from "./run/guards.ts";
import { watchMemory } from "./run/memory.ts";
import type { RunOrder } from "./run/request.ts";
import type { ChildMessage } from "./run/watch_process.ts";
import { openStore } from "./store/open_store.ts";

/** How often the process looks whether its supervisor is still there. */
const PARENT_MS = 500;

const parent = Deno.ppid;
const exit = Deno.exit;
const stdout = Deno.stdout.writeSync.bind(Deno.stdout);
const stderr = Deno.stderr.writeSync.bind(Deno.stderr);

// Not awaited: an empty event loop is then an event, and not the end of the process.
void main().then(() => exit(0), (error) => {
  writeAll(stderr, new TextEncoder().encode(`${errorText(error, (stack) => stack)}\n`));
  exit(1);
});

async function main(): Promise<void> {
  const order: RunOrder = await new Response(Deno.stdin.readable).json();
  const send: (message: ChildMessage) => void = openSender(
    order.nonce,
    (bytes) => writeAll(stdout, bytes),
  );
  const cancel = new AbortController();
  Deno.addSignalListener(
    "SIGTERM",
    () => cancel.abort(new DOMException("the run was cancelled", "AbortError")),
  );
  endWithParent();
  captureConsole((line) => send({ ...line, text: redact(line.text) }));
  const attempts: OpenAttempts = { all: new Set(), byScope: new WeakMap() };
  const tell = (error: unknown) => redact(errorText(error, (stack) => stack));
  guardProcess({
    compiled: order.compiled,
    attempts,
    onStray: (error) => console.error(tell(error)),
    onExit: (code, block) => send({ type: "exit_called", code, block }),
  });
  const store = openStore(order.projectFolder);
  await executeRun(order, {
    writer: store.writer(order.lease),
    announce: send,
    tell,
    signal: cancel.signal,
    memory: watchMemory(),
    attempts,
    loadModule: async () => {
      const module = await import(toFileUrl(order.compiled.module).href);
      return module.default as PipelineModule;
    },
    tryConnections: () => Promise.resolve(),
  });
  store.close();
  send({ type: "ended" });
}

function writeAll(write: (bytes: Uint8Array) => number, bytes: Uint8Array): void {
  for (let written = 0; written < bytes.length;) written += write(bytes.subarray(written));
}

/** Whose supervisor was killed has nobody left to tell, and its lease runs out. */
function endWithParent(): void {
  const timer = setInterval(() => {
    if (Deno.ppid !== parent) exit(75);
  }, PARENT_MS);
  Deno.unrefTimer(timer);
}
