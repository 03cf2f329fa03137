/** The entry of a run's own process: takes its order from standard input, executes the run, and tells
 *  its supervisor over standard output. Loads as little as it can: every run waits for it. @module */
import type { PipelineModule } from "./compile/pipeline.ts";
import { redact, registerSecretVariables } from "./io/profiles/redact.ts";
import { openSender } from "./run/channel.ts";
import { captureConsole } from "./run/console_capture.ts";
import { limitFiles } from "./context/file_limits.ts";
import { denialText } from "./run/denial.ts";
import { errorText } from "./run/error_text.ts";
import { executeRun } from "./run/execute_run.ts";
import type { OpenAttempts } from "./run/execution.ts";
import { toFileUrl } from "./run/file_url.ts";
import { runFileLimits } from "./run/permissions.ts";
import { guardProcess } from "./run/guards.ts";
import { watchMemory } from "./run/memory.ts";
import { endOrphan, watchParent } from "./run/orphan.ts";
import type { RunOrder } from "./run/request.ts";
import type { ChildMessage } from "./run/watch_process.ts";
import { openStore } from "./store/open_store.ts";

const ORPHANED = 75;

// Taken before the notebook's code, and what stands guard around it, can change them.
const exit = Deno.exit;
const stdout = Deno.stdout.writeSync.bind(Deno.stdout);
const stderr = Deno.stderr.writeSync.bind(Deno.stderr);

// Not awaited: an empty event loop is then an event, and not the end of the process.
void main().then(() => exit(0), (error) => {
  writeAll(stderr, new TextEncoder().encode(`${errorText(error, (stack) => stack)}\n`));
  exit(1);
});

async function main(): Promise<void> {
  const startedAt = Date.now();
  const cancelled = cancelledBySignal();
  const order: RunOrder = await new Response(Deno.stdin.readable).json();
  registerSecretVariables(order.variables);
  const { notebook, permissions: declared } = order.compiled.pipeline;
  const limits = runFileLimits(order.permissions, { notebook, ...order });
  if (limits) limitFiles(limits);
  const granted = {
    declared,
    all: order.permissions,
    notebookFolder: notebook.slice(0, notebook.lastIndexOf("/")),
  };
  const store = openStore(order.projectFolder);
  const writer = store.writer(order.lease);
  watchParent(() => {
    // A dispatcher's run is taken up again by the next one, which sees that this process is gone.
    if (order.isDispatched) exit(ORPHANED);
    const ended = endOrphan(writer, startedAt).then(() => store.releaseLease(order.lease));
    void ended.finally(() => exit(ORPHANED));
  });
  const send: (message: ChildMessage) => void = openSender(
    order.nonce,
    (bytes) => writeAll(stdout, bytes),
  );
  captureConsole((line) => send({ ...line, text: redact(line.text) }));
  const tell = async (error: unknown, block?: string) => {
    // Loaded at the first error: most runs have none.
    const { locateStack, withBlockPlace } = await import("./compile/locate.ts");
    const text = errorText(
      error,
      (stack) => locateStack(stack, order.compiled),
      (cause) => denialText(cause, granted),
    );
    return redact(block === undefined ? text : withBlockPlace(text, order.compiled, block));
  };
  const attempts: OpenAttempts = { all: new Set(), byScope: new WeakMap() };
  guardProcess({
    compiled: order.compiled,
    attempts,
    onStray: (error) => void tell(error).then((text) => console.error(text)),
    onExit: (code, block) => send({ type: "exit_called", code, block }),
  });
  const end = await executeRun(order, {
    writer,
    announce: send,
    tell,
    signal: cancelled,
    memory: watchMemory(),
    attempts,
    loadModule: async () => {
      const module = await import(toFileUrl(order.compiled.module).href);
      return module.default as PipelineModule;
    },
  });
  store.close();
  send({ type: "ended", end });
}

/** The supervisor cancels a run with SIGTERM; Ctrl-C does not reach this process. */
function cancelledBySignal(): AbortSignal {
  const cancel = new AbortController();
  Deno.addSignalListener(
    "SIGTERM",
    () => cancel.abort(new DOMException("the run was cancelled", "AbortError")),
  );
  return cancel.signal;
}

/** Where nobody reads any more, the supervisor is gone, which `watchParent` sees to. */
function writeAll(write: (bytes: Uint8Array) => number, bytes: Uint8Array): void {
  try {
    for (let written = 0; written < bytes.length;) written += write(bytes.subarray(written));
  } catch (error) {
    if (!(error instanceof Deno.errors.BrokenPipe)) throw error;
  }
}
