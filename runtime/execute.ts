/** The entry of a run's own process: takes an order from standard input, executes the run, and tells its
 *  supervisor over standard output; then ends, or waits for another run of the same code. Loads as little as
 *  it can: every run waits for it. @module */
import { forgetSecrets, redact, registerSecretVariables } from "./io/profiles/redact.ts";
import { openSender, type Sender } from "./run/channel.ts";
import { captureConsole } from "./run/console_capture.ts";
import { isLimitedRun } from "./limited_run.ts";
import { limitFiles } from "./context/file_limits.ts";
import { denialText } from "./run/denial.ts";
import { isLoopEmpty } from "./run/empty_loop.ts";
import { errorText } from "./run/error_text.ts";
import type { LogLine, RunEvent } from "./run/events.ts";
import { executeRun } from "./run/execute_run.ts";
import type { OpenAttempts } from "./run/execution.ts";
import { runFileLimits } from "./run/permissions.ts";
import { type GuardEffects, guardProcess } from "./run/guards.ts";
import { loadModule } from "./run/load_module.ts";
import { watchLeftovers } from "./run/leftovers.ts";
import { watchMemory } from "./run/memory.ts";
import { openOrders } from "./run/orders.ts";
import { endOrphan, watchParent } from "./run/orphan.ts";
import type { RunOrder } from "./run/request.ts";
import type { EndedRun, RunStore } from "./run/run_store.ts";
import type { ProcessMessage } from "./run/run_process.ts";
import { openRunStore } from "./store/open_run_store.ts";

/** The run that goes on. */
interface Executing {
  readonly guards: GuardEffects;
  readonly print: (line: LogLine) => void;
  readonly onOrphaned: () => void;
}

const ORPHANED = 75;
/** A process that runs have made larger by so much is not kept. */
const FATTENED_BYTES = 128e6;

// Taken before the notebook's code, and what stands guard around it, can change them.
const exit = Deno.exit;
const stdout = Deno.stdout.writeSync.bind(Deno.stdout);
const stderr = Deno.stderr.writeSync.bind(Deno.stderr);

let executing: Executing | undefined;
let cancel = new AbortController();
let store: RunStore | undefined;
let hasLeftovers: (() => boolean) | undefined;
let flushConsole = () => {};
/** What the process held before its first run. */
let bytesBefore: number | undefined;
/** What is loaded before there is an order. */
let ahead: Promise<unknown> | undefined;

// Not awaited: an empty event loop is then an event, and not the end of the process.
void main().then(() => exit(0), (error) => {
  writeAll(stderr, new TextEncoder().encode(`${errorText(error, (stack) => stack)}\n`));
  exit(1);
});

async function main(): Promise<void> {
  // The supervisor cancels a run with SIGTERM; Ctrl-C does not reach this process.
  Deno.addSignalListener("SIGTERM", () => {
    cancel.abort(new DOMException("the run was cancelled", "AbortError"));
  });
  watchParent(() => executing ? executing.onOrphaned() : exit(ORPHANED));
  flushConsole = captureConsole((line) => executing?.print(line));
  guardProcess(() => executing?.guards, { onStrayBetween: () => exit(1) });
  const nextOrder = openOrders();
  // Started ahead of its first order: what nearly every notebook imports is loaded by then.
  if (Deno.args.includes("ahead")) ahead = import("../mod.ts");
  for (let order = await nextOrder(); order; order = await nextOrder()) {
    if (!await execute(order)) return;
  }
}

/** Executes the run; resolves to whether the process may wait for another. */
async function execute(order: RunOrder): Promise<boolean> {
  const send = openSender(order.nonce, (bytes) => writeAll(stdout, bytes));
  const tellSupervisor: Sender<ProcessMessage> = send;
  tellSupervisor({ type: "taken" });
  if (order.mayWait) hasLeftovers ??= watchLeftovers();
  bytesBefore ??= Deno.memoryUsage().rss;
  const end = await executeOrder(order, tellSupervisor);
  flushConsole();
  executing = undefined;
  // The other output is read apart: what was printed to it comes before this.
  openSender(order.nonce, (bytes) => writeAll(stderr, bytes))({ type: "drained" });
  tellSupervisor({ type: "ended", end });
  // A worker is not told when its event loop is empty.
  if (!order.mayWait || isLimitedRun() || end?.status !== "completed") return false;
  cancel = new AbortController();
  forgetSecrets();
  await ahead;
  const isFit = hasLeftovers?.() === false &&
    Deno.memoryUsage().rss - bytesBefore < FATTENED_BYTES &&
    await isLoopEmpty();
  if (isFit) tellSupervisor({ type: "waiting" });
  return isFit;
}

async function executeOrder(
  order: RunOrder,
  send: Sender<ProcessMessage>,
): Promise<EndedRun | undefined> {
  const startedAt = Date.now();
  registerSecretVariables(order.variables);
  const { notebook, permissions: declared } = order.compiled.pipeline;
  const limits = runFileLimits(order.permissions, { notebook, ...order });
  if (limits) limitFiles(limits);
  const granted = {
    declared,
    all: order.permissions,
    notebookFolder: notebook.slice(0, notebook.lastIndexOf("/")),
  };
  const { lease } = order;
  const history = store ??= openRunStore(order.projectFolder);
  const writer = history.writer(lease);
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
  executing = {
    print: (line) => send({ ...line, text: redact(line.text) }),
    guards: {
      compiled: order.compiled,
      attempts,
      onStray: (error) => void tell(error).then((text) => console.error(text)),
      onExit: (code, block) => send({ type: "exit_called", code, block }),
    },
    onOrphaned() {
      // A dispatcher's run is taken up again by the next one, which sees that this process is gone.
      if (order.isDispatched) exit(ORPHANED);
      const ended = endOrphan(writer, startedAt).then(() => history.releaseLease(lease));
      void ended.finally(() => exit(ORPHANED));
    },
  };
  using memory = watchMemory();
  return await executeRun(order, {
    writer,
    store: history,
    // A block's end is told together with the start of the one below.
    announce: (event) => isOfBlock(event) ? send.soon(event) : send(event),
    tell,
    signal: cancel.signal,
    memory,
    attempts,
    loadModule: () => loadModule(order.compiled.module),
  });
}

function isOfBlock({ type }: RunEvent): boolean {
  return type === "block_started" || type === "block_ended";
}

/** Where nobody reads any more, the supervisor is gone, which `watchParent` sees to. */
function writeAll(write: (bytes: Uint8Array) => number, bytes: Uint8Array): void {
  try {
    for (let written = 0; written < bytes.length;) written += write(bytes.subarray(written));
  } catch (error) {
    if (!(error instanceof Deno.errors.BrokenPipe)) throw error;
  }
}
