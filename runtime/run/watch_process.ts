/** Watches the process of one run: takes its events, keeps its time limits, cancels it, and writes
 *  down how it ended where it could not do so itself. @module */
import { openReceiver } from "./channel.ts";
import { explainEnd } from "./crash.ts";
import { openDeadlines } from "./deadlines.ts";
import { endedBlockEvents } from "./ended_blocks.ts";
import type { BlockStarted, LogLine, RunEvent } from "./events.ts";
import { openLogWriter } from "./log_writer.ts";
import type { ExitCalled, RunOrder } from "./request.ts";
import type { RunWriter } from "./run_store.ts";
import { type RunProcess, spawnRun } from "./spawn_run.ts";

export interface WatchOptions {
  readonly writer: RunWriter;
  readonly onEvent: (event: RunEvent) => void;
  readonly signal: AbortSignal | undefined;
  readonly killSignal: AbortSignal | undefined;
  readonly redact: (text: string) => string;
  readonly maxHeapMb: number | undefined;
}

/** What a run's process sends. `ended`: the run's last state is in the history. */
export type ChildMessage = RunEvent | ExitCalled | { readonly type: "ended" };

/** How long after its time limit a block's process may take to say that the block has failed. */
const TIMEOUT_GRACE_MS = 1500;
/** How long after a cancellation the process may take to end. */
const CANCEL_GRACE_MS = 1500;
/** How long outputs are read on after the process's end, where a child of it holds them open. */
const DRAIN_MS = 200;
const TAIL_LENGTH = 4000;

/** How the process ended, as far as is known. */
interface Ending {
  /** It has written down the run's end itself. */
  hasEnded: boolean;
  exitCalled?: ExitCalled;
  /** The try for which it was killed. */
  overdue?: BlockStarted;
  stderrTail: string;
}

/** Runs the process to its end; afterwards the run has ended in the history too. */
export async function watchProcess(order: RunOrder, options: WatchOptions): Promise<void> {
  const startedAt = Date.now();
  const child = await spawnRun(order, options);
  const ending: Ending = { hasEnded: false, stderrTail: "" };
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
      if (message.type === "ended") ending.hasEnded = true;
      else if (message.type === "exit_called") ending.exitCalled = message;
      else {
        deadlines.see(message);
        if (message.type === "log") logs.add(message);
        options.onEvent(message);
      }
    },
    text(stream, text) {
      if (stream === "stderr") {
        ending.stderrTail = `${ending.stderrTail}${text}\n`.slice(-TAIL_LENGTH);
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
  if (!ending.hasEnded) await writeEnd(ending, { ...options, status, startedAt });
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

/** The process is gone, and its run is not: the blocks that were running have failed. */
async function writeEnd(
  { overdue, exitCalled, stderrTail }: Ending,
  { status, startedAt, writer, onEvent, signal, maxHeapMb }: WatchOptions & {
    readonly status: Deno.CommandStatus;
    readonly startedAt: number;
  },
): Promise<void> {
  const at = Date.now();
  const isCancelled = signal?.aborted === true;
  const { reason, block } = overdue
    ? explainOverdue(overdue)
    : explainEnd({ ...status, stderrTail, exitCalled, maxHeapMb });
  const ended = await writer.endOpenBlocks({
    status: isCancelled ? "cancelled" : "failed",
    at,
    error: block === undefined ? reason : `another block ended the run's process: ${reason}`,
    errors: block === undefined ? {} : { [block]: reason },
  });
  await writer.endRun({
    status: isCancelled ? "cancelled" : "failed",
    at,
    ms: at - startedAt,
    // Where a block says it, the run need not say it again.
    error: isCancelled || ended.some(({ error }) => error !== null) ? null : reason,
    peakRssBytes: null,
  });
  for (const event of endedBlockEvents(ended, at)) onEvent(event);
}

function explainOverdue({ block, timeoutMs }: BlockStarted): { reason: string; block: string } {
  return {
    reason:
      `did not end within its timeout of ${timeoutMs} ms, nor answer after it, so the run's ` +
      "process was killed: a busy loop, or one long call; give other code a turn with an await",
    block,
  };
}
