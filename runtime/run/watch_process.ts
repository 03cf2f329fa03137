/** Watches the process of one run: takes its events, keeps its time limits, cancels it, and writes
 *  down how it ended where it could not do so itself. @module */
import { openReceiver } from "./channel.ts";
import { openDeadlines } from "./deadlines.ts";
import type { BlockEnded, BlockStarted, LogLine, RunEvent } from "./events.ts";
import { openLogWriter } from "./log_writer.ts";
import type { ExitCalled, RunOrder } from "./request.ts";
import type { EndedRun, RunWriter } from "./run_store.ts";
import { type RunProcess, spawnRun } from "./spawn_run.ts";
import { orderAfterCrash, writeCrash } from "./write_crash.ts";

export interface WatchOptions {
  readonly writer: RunWriter;
  readonly onEvent: (event: RunEvent) => void;
  readonly signal: AbortSignal | undefined;
  readonly killSignal: AbortSignal | undefined;
  readonly redact: (text: string) => string;
  readonly maxHeapMb: number | undefined;
  /** Awaited for every process before it is told anything. */
  readonly onSpawn?: ((pid: number) => Promise<void>) | undefined;
}

/** What a run's process sends. `ended`: all but the run's own end is in the history; without `end` the run
 *  waits in the queue. */
export type ChildMessage =
  | RunEvent
  | ExitCalled
  | { readonly type: "ended"; readonly end?: EndedRun | undefined };

/** How long after its time limit a block's process may take to say that the block has failed. */
const TIMEOUT_GRACE_MS = 1500;
/** How long after a cancellation the process may take to end. */
const CANCEL_GRACE_MS = 1300;
/** How long outputs are read on after the process's end, where a child of it holds them open. */
const DRAIN_MS = 200;
const TAIL_LENGTH = 4000;

/** How the process ended, as far as is known. */
interface Ending {
  /** Whether the process lived to say that all is over, and how the run ended. */
  hasEnded: boolean;
  end?: EndedRun | undefined;
  exitCalled?: ExitCalled;
  /** The try for which it was killed. */
  overdue?: BlockStarted;
  /** The blocks that it said to have ended. */
  readonly ended: BlockEnded[];
  stderrTail: string;
  /** V8 ends with pages about itself, which are no output of the run. */
  isDumping: boolean;
}

/** Runs the process to its end; afterwards the run has ended in the history too. */
export async function watchProcess(order: RunOrder, options: WatchOptions): Promise<void> {
  const startedAt = Date.now();
  const child = await spawnRun(order, options);
  const ending: Ending = { hasEnded: false, ended: [], stderrTail: "", isDumping: false };
  const logs = openLogWriter(options.writer);
  const deadlines = openDeadlines(TIMEOUT_GRACE_MS, (overdue) => {
    ending.overdue ??= overdue;
    child.kill();
  });
  const stopCancelling = cancelOn(options.signal, child);
  const kill = () => child.kill();
  options.killSignal?.addEventListener("abort", kill);
  const outputs = receiveAll(child, order.nonce, {
    message(message) {
      if (message.type === "ended") {
        ending.hasEnded = true;
        ending.end = message.end;
      } else if (message.type === "exit_called") ending.exitCalled = message;
      else {
        deadlines.see(message);
        if (message.type === "log") logs.add(message);
        if (message.type === "block_ended") ending.ended.push(message);
        options.onEvent(message);
      }
    },
    text(stream, text) {
      if (stream === "stderr") {
        ending.stderrTail = `${ending.stderrTail}${text}\n`.slice(-TAIL_LENGTH);
        // The engine's dump of itself; the reason for the end is drawn from it.
        ending.isDumping ||= text.startsWith("<--- Last few GCs --->");
        if (ending.isDumping) return;
      }
      const line: LogLine = { type: "log", at: Date.now(), stream, text: options.redact(text) };
      logs.add(line);
      options.onEvent(line);
    },
  });
  const status = await child.status;
  await outputs.drain(DRAIN_MS);
  stopCancelling();
  options.killSignal?.removeEventListener("abort", kill);
  deadlines.close();
  await logs.close();
  // Only now: who sees that the run has ended finds all that it printed.
  if (ending.end) return await options.writer.endRun(ending.end);
  if (ending.hasEnded) return;
  const gone = {
    ...status,
    ...ending,
    startedAt,
    overdue: ending.overdue,
    exitCalled: ending.exitCalled,
    isCancelled: options.signal?.aborted === true,
    maxHeapMb: options.maxHeapMb,
  };
  const crash = await writeCrash(order, gone, options);
  // The code that would be told is in the module, so it takes one more process.
  if (crash) await watchProcess(orderAfterCrash(order, { crash, ...ending }), options);
}

/** Asks the process to end when `signal` aborts, and then makes it. Gives what undoes this. */
function cancelOn(signal: AbortSignal | undefined, child: RunProcess): () => void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const cancel = () => {
    child.cancel();
    timer = setTimeout(() => child.kill(), CANCEL_GRACE_MS);
  };
  signal?.addEventListener("abort", cancel);
  if (signal?.aborted) cancel();
  return () => {
    clearTimeout(timer);
    signal?.removeEventListener("abort", cancel);
  };
}

interface Receivers {
  message(message: ChildMessage): void;
  text(stream: LogLine["stream"], text: string): void;
}

/** Reads both outputs. `drain` waits for their end, but not for ever: a process that a block started
 *  may hold them open. */
function receiveAll(child: RunProcess, nonce: string, to: Receivers) {
  const readers = (["stdout", "stderr"] as const).map((stream) => {
    const receiver = openReceiver(nonce, {
      message: (message) => to.message(message as ChildMessage),
      text: (text) => to.text(stream, text),
    });
    const reader = child[stream].pipeThrough(new TextDecoderStream()).getReader();
    return { receiver, reader, done: readAll(reader, receiver.receive) };
  });
  return {
    async drain(atMostMs: number): Promise<void> {
      const { promise, resolve } = Promise.withResolvers<void>();
      const timer = setTimeout(resolve, atMostMs);
      await Promise.race([Promise.all(readers.map(({ done }) => done)), promise]);
      clearTimeout(timer);
      for (const { receiver, reader } of readers) {
        receiver.end();
        await reader.cancel();
      }
    },
  };
}

async function readAll(
  reader: ReadableStreamDefaultReader<string>,
  receive: (chunk: string) => void,
): Promise<void> {
  for (let read = await reader.read(); !read.done; read = await reader.read()) receive(read.value);
}
