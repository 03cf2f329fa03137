/** Watches the process of one run: takes its events, keeps its time limits, cancels it, and writes
 *  down how it ended where it could not do so itself. @module */
import { openDeadlines } from "./deadlines.ts";
import type { BlockEnded, BlockStarted, LogLine, RunEvent } from "./events.ts";
import { openLogWriter } from "./log_writer.ts";
import type { ProcessSource, TakenProcess } from "./process_source.ts";
import type { ExitCalled, RunOrder } from "./request.ts";
import type { Outcome, RunProcess } from "./run_process.ts";
import type { RunWriter } from "./run_store.ts";
import { orderAfterCrash, writeCrash } from "./write_crash.ts";

export interface WatchOptions {
  readonly writer: RunWriter;
  readonly processes: ProcessSource;
  readonly onEvent: (event: RunEvent) => void;
  readonly signal: AbortSignal | undefined;
  readonly killSignal: AbortSignal | undefined;
  readonly redact: (text: string) => string;
  readonly maxHeapMb: number | undefined;
  /** Awaited for every process before it is told anything. */
  readonly onProcess?: ((pid: number) => Promise<void>) | undefined;
}

/** How long after its time limit a block's process may take to say that the block has failed. */
const TIMEOUT_GRACE_MS = 1500;
/** How long after a cancellation the process may take to end. */
const CANCEL_GRACE_MS = 1300;
const TAIL_LENGTH = 4000;

/** What is known of a process at its end. */
interface Known {
  exitCalled?: ExitCalled;
  /** The try for which it was killed. */
  overdue?: BlockStarted;
  /** The blocks that it said to have ended. */
  readonly ended: BlockEnded[];
  stderrTail: string;
  /** V8 ends with pages about itself, which are no output of the run. */
  isDumping: boolean;
}

/** Has a process execute the order; afterwards the run has ended in the history too. */
export async function watchProcess(order: RunOrder, options: WatchOptions): Promise<void> {
  const startedAt = Date.now();
  const { processes, writer } = options;
  const taken = await processes.take(order);
  const known: Known = { ended: [], stderrTail: "", isDumping: false };
  let outcome: Outcome;
  try {
    await options.onProcess?.(taken.process.pid);
    outcome = await execute(order, { taken, known, options });
  } catch (failure) {
    taken.process.kill();
    await processes.giveBack(taken);
    throw failure;
  }
  const givenBack = processes.giveBack(taken);
  if (outcome.status === "ended") {
    // Only now: who sees that the run has ended finds all that it printed.
    if (outcome.end) await writer.endRun(outcome.end);
    return await givenBack;
  }
  await givenBack;
  // It died while it waited: nothing of the run has begun.
  if (taken.hasWaited && !outcome.isTaken && !isStopped(options)) {
    return await watchProcess(order, options);
  }
  const gone = {
    ...outcome.process,
    ...known,
    startedAt,
    overdue: known.overdue,
    exitCalled: known.exitCalled,
    isCancelled: options.signal?.aborted === true,
    maxHeapMb: options.maxHeapMb,
  };
  const crash = await writeCrash(order, gone, options);
  // The code that would be told is in the module, so it takes one more process.
  if (crash) await watchProcess(orderAfterCrash(order, { crash, ...known }), options);
}

function isStopped({ signal, killSignal }: WatchOptions): boolean {
  return signal?.aborted === true || killSignal?.aborted === true;
}

/** Gives the process the order and keeps its limits; resolves when all that it wrote of it is in the history. */
async function execute(
  order: RunOrder,
  { taken: { process, mayWait }, known, options }: {
    readonly taken: TakenProcess;
    readonly known: Known;
    readonly options: WatchOptions;
  },
): Promise<Outcome> {
  const { onEvent, redact, signal, killSignal } = options;
  const logs = openLogWriter(options.writer);
  const deadlines = openDeadlines(TIMEOUT_GRACE_MS, (overdue) => {
    known.overdue ??= overdue;
    process.kill();
  });
  const stopCancelling = cancelOn(signal, process);
  const kill = () => process.kill();
  killSignal?.addEventListener("abort", kill);
  const { permissions } = process.launch;
  try {
    return await process.execute({ ...order, permissions, mayWait }, {
      message(message) {
        if (message.type === "exit_called") return known.exitCalled = message;
        deadlines.see(message);
        if (message.type === "log") logs.add(message);
        if (message.type === "block_ended") known.ended.push(message);
        onEvent(message);
      },
      text(stream, text) {
        if (stream === "stderr") {
          known.stderrTail = `${known.stderrTail}${text}\n`.slice(-TAIL_LENGTH);
          // The engine's dump of itself; the reason for the end is drawn from it.
          known.isDumping ||= text.startsWith("<--- Last few GCs --->");
          if (known.isDumping) return;
        }
        const line: LogLine = { type: "log", at: Date.now(), stream, text: redact(text) };
        logs.add(line);
        onEvent(line);
      },
    });
  } finally {
    stopCancelling();
    killSignal?.removeEventListener("abort", kill);
    deadlines.close();
    await logs.close();
  }
}

/** Asks the process to end when `signal` aborts, and then makes it. Gives what undoes this. */
function cancelOn(signal: AbortSignal | undefined, process: RunProcess): () => void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const cancel = () => {
    process.cancel();
    timer = setTimeout(() => process.kill(), CANCEL_GRACE_MS);
  };
  signal?.addEventListener("abort", cancel);
  if (signal?.aborted) cancel();
  return () => {
    clearTimeout(timer);
    signal?.removeEventListener("abort", cancel);
  };
}
