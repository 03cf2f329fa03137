/** A Deno process that executes runs, one after another. @module */
import { openReceiver } from "./channel.ts";
import type { LogLine, RunEvent } from "./events.ts";
import type { ExitCalled, RunOrder } from "./request.ts";
import type { EndedRun } from "./run_store.ts";
import type { Launch } from "./spawn_run.ts";

/** What a run's process sends, from first to last. `ended`: all but the run's own end is in the history;
 *  without `end` the run waits in the queue. */
export type ProcessMessage =
  | { readonly type: "taken" }
  | RunEvent
  | ExitCalled
  | { readonly type: "drained" }
  | { readonly type: "ended"; readonly end?: EndedRun | undefined }
  | { readonly type: "waiting" };

/** Those to whom what the process says of a run goes. */
export interface Listener {
  message(message: RunEvent | ExitCalled): void;
  text(stream: LogLine["stream"], text: string): void;
}

/** How the process's part of a run ended. */
export type Outcome =
  | { readonly status: "ended"; readonly end: EndedRun | undefined }
  /** The process is gone before the run's end; not even begun by it where `isTaken` is false. */
  | {
    readonly status: "gone";
    readonly process: Deno.CommandStatus;
    readonly isTaken: boolean;
  };

type Stream = LogLine["stream"];

/** How long outputs are read on after the process's end, where a child of it holds them open. */
const DRAIN_MS = 200;
/** How long a process may take to end by itself once nothing is asked of it any more. */
const END_MS = 1000;

/** The process. It is told its first order, and after it has said that it waits, another. */
export class RunProcess {
  readonly pid: number;
  /** What it was started with. */
  readonly launch: Launch;
  /** Resolves once it is gone, and all that it wrote is read. */
  readonly gone: Promise<Deno.CommandStatus>;
  readonly #child: Deno.ChildProcess;
  readonly #input: WritableStreamDefaultWriter<Uint8Array>;
  /** What it wrote before there was anybody to listen. */
  readonly #unheard: [Stream, string][] = [];
  #receive: ((stream: Stream, chunk: string) => void) | undefined;
  #waits: Promise<boolean> = Promise.resolve(true);
  #isSpent = false;

  /** Starts it; `isAhead` where there is no order for it yet. */
  constructor(launch: Launch, { isAhead = false }: { readonly isAhead?: boolean } = {}) {
    this.launch = launch;
    this.#child = launch.spawn({ isAhead });
    this.pid = this.#child.pid;
    this.#input = this.#child.stdin.getWriter();
    const outputs = [this.#read("stdout"), this.#read("stderr")];
    this.gone = this.#child.status.then(async (status) => {
      const { promise, resolve } = Promise.withResolvers<void>();
      const timer = setTimeout(resolve, DRAIN_MS);
      await Promise.race([Promise.all(outputs.map(({ done }) => done)), promise]);
      clearTimeout(timer);
      await Promise.all(outputs.map(({ stop }) => stop()));
      await this.#input.abort().catch(() => {});
      return status;
    });
  }

  /** Whether it is known that it takes no other order. */
  get isSpent(): boolean {
    return this.#isSpent;
  }

  /** Whether it will take another order, once that is known. */
  get waits(): Promise<boolean> {
    // A signal may come to a process after the run that it was meant for.
    return this.#waits.then((waits) => waits && !this.#isSpent);
  }

  /** Gives it the order; resolves when the run has ended, or the process is gone. */
  async execute(order: RunOrder, listener: Listener): Promise<Outcome> {
    const ended = Promise.withResolvers<Outcome>();
    const waits = Promise.withResolvers<boolean>();
    let last: { readonly end?: EndedRun | undefined } | undefined;
    let isDrained = false;
    let isTaken = false;
    const message = (message: ProcessMessage) => {
      if (message.type === "taken") isTaken = true;
      else if (message.type === "waiting") waits.resolve(true);
      else if (message.type === "ended") last = message;
      else if (message.type === "drained") isDrained = true;
      else listener.message(message);
      if (!last || !isDrained) return;
      this.#isSpent ||= last.end?.status !== "completed";
      ended.resolve({ status: "ended", end: last.end });
    };
    const text = (stream: Stream, text: string) => {
      if (!last || !isDrained) return listener.text(stream, text);
      // Something of the run lives on, where nothing should.
      this.kill();
    };
    const receivers = receiversOf(order.nonce, { message, text });
    this.#receive = (stream, chunk) => receivers[stream].receive(chunk);
    for (const [stream, chunk] of this.#unheard.splice(0)) receivers[stream].receive(chunk);
    this.#waits = waits.promise;
    void this.gone.then((gone) => {
      for (const receiver of Object.values(receivers)) receiver.end();
      ended.resolve({ status: "gone", process: gone, isTaken });
      waits.resolve(false);
    });
    void this.#send(`${JSON.stringify(order)}\n`);
    return await ended.promise;
  }

  /** Asks it to abort its blocks and end. */
  cancel(): void {
    this.#signal("SIGTERM");
  }

  /** Ends it at once. */
  kill(): void {
    this.#signal("SIGKILL");
  }

  /** Tells it that no order follows, and makes it end where it does not. */
  async end(): Promise<void> {
    await this.#input.close().catch(() => {});
    const timer = setTimeout(() => this.kill(), END_MS);
    await this.gone;
    clearTimeout(timer);
  }

  #read(stream: Stream): { readonly done: Promise<void>; stop(): Promise<void> } {
    const reader = this.#child[stream].pipeThrough(new TextDecoderStream()).getReader();
    const readAll = async () => {
      for (let read = await reader.read(); !read.done; read = await reader.read()) {
        if (this.#receive) this.#receive(stream, read.value);
        else this.#unheard.push([stream, read.value]);
      }
    };
    return { done: readAll(), stop: () => reader.cancel() };
  }

  /** A process that dies before it has read the order is told of by its status. */
  async #send(text: string): Promise<void> {
    try {
      await this.#input.write(new TextEncoder().encode(text));
    } catch (error) {
      if (!(error instanceof Deno.errors.BrokenPipe || error instanceof TypeError)) throw error;
    }
  }

  /** It may have ended by itself just now. */
  #signal(name: Deno.Signal): void {
    this.#isSpent = true;
    try {
      this.#child.kill(name);
    } catch (error) {
      if (!(error instanceof TypeError || error instanceof Deno.errors.NotFound)) throw error;
    }
  }
}

/** One for each output. Both may bear messages. */
function receiversOf(
  nonce: string,
  { message, text }: {
    message(message: ProcessMessage): void;
    text(stream: Stream, text: string): void;
  },
) {
  const receiverOf = (stream: Stream) =>
    openReceiver(nonce, {
      message: (sent) => message(sent as ProcessMessage),
      text: (line) => text(stream, line),
    });
  return { stdout: receiverOf("stdout"), stderr: receiverOf("stderr") };
}
