/** Keeps a kernel inside: starts it, runs cells in it, interrupts them, replaces it when it ended. @module */
import type { Host, HostCell, HostResult } from "../host/protocol.ts";
import { Inner, InnerEnded, type InnerEvents } from "../front/inner.ts";

const PROBE_MS = 150;
const INTERRUPT_MS = 3000;
const CLOSE_MS = 3000;

/** How a cell ended. */
export type Ended =
  | { readonly kind: "result"; readonly result: HostResult }
  | { readonly kind: "interrupted" }
  | { readonly kind: "died"; readonly reason: string };

interface Running {
  readonly id: string;
  readonly inner: Inner;
  stop(ended: Ended): void;
}

/** The link to the kernel inside. */
export class HostLink {
  readonly #cwd: string;
  readonly #events: InnerEvents & { onNewHost(): void };
  #inner: Promise<Inner>;
  #running: Running | undefined;
  #isClosing = false;

  /** Starts the kernel inside, in the folder `cwd`. */
  constructor(cwd: string, events: InnerEvents & { onNewHost(): void }) {
    this.#cwd = cwd;
    this.#events = events;
    this.#inner = this.#start();
  }

  /** Runs a cell until it ends, is interrupted, or the kernel inside is gone. */
  async run(cell: HostCell, allowStdin: boolean): Promise<Ended> {
    const inner = await this.#inner;
    const { promise, resolve } = Promise.withResolvers<Ended>();
    this.#running = { id: cell.id, inner, stop: resolve };
    inner.call("runCell", [cell], { allowStdin }).then(
      (result) => resolve({ kind: "result", result }),
      (error) => resolve({ kind: "died", reason: reasonOf(error) }),
    );
    try {
      return await promise;
    } finally {
      this.#running = undefined;
    }
  }

  /** Stops the running cell: a loop that never yields as well as a wait that never ends. */
  async interrupt(): Promise<void> {
    const running = this.#running;
    if (running === undefined) return;
    const { inner, id } = running;
    const answer = inner.evaluate("0").then(() => true, (error) => !(error instanceof InnerEnded));
    if (!await within(answer, PROBE_MS)) {
      await inner.request("interrupt_request", {}, "control").catch(() => {});
      if (!await within(answer, INTERRUPT_MS)) {
        await inner.kill();
        return running.stop({ kind: "died", reason: "it could not be interrupted" });
      }
    }
    await within(inner.call("abandon", [id]).then(() => true, () => true), PROBE_MS);
    running.stop({ kind: "interrupted" });
  }

  /** Calls a function of the host; undefined where it gives no answer within `timeoutMs`. */
  async ask<Name extends keyof Host>(
    name: Name,
    args: Parameters<Host[Name]>,
    timeoutMs: number,
  ): Promise<Awaited<ReturnType<Host[Name]>> | undefined> {
    const inner = await this.#inner;
    return await within(inner.call(name, args).catch(() => undefined), timeoutMs);
  }

  /** Asks the stock kernel itself; undefined where it gives no answer within `timeoutMs`. */
  async request(
    type: string,
    content: Readonly<Record<string, unknown>>,
    timeoutMs: number,
  ): Promise<Readonly<Record<string, unknown>> | undefined> {
    const inner = await this.#inner;
    const reply = inner.request(type, content).then((message) => message.content, () => undefined);
    return await within(reply, timeoutMs);
  }

  /** Hands on the line that a person typed. */
  async sendInput(content: Readonly<Record<string, unknown>>, parent: object): Promise<void> {
    (await this.#inner).sendInput(content, parent as Record<string, never>);
  }

  /** Closes what cells opened, then ends the kernel inside. */
  async close(): Promise<void> {
    this.#isClosing = true;
    const inner = await this.#inner.catch(() => undefined);
    if (inner === undefined) return;
    await within(inner.call("close", []).catch(() => {}), CLOSE_MS);
    await inner.kill();
  }

  #start(): Promise<Inner> {
    const starting = Inner.start(this.#cwd, this.#events);
    starting.then((inner) => inner.ended.then(() => this.#replace())).catch(() => {});
    return starting;
  }

  #replace(): void {
    if (this.#isClosing) return;
    this.#inner = this.#start();
    this.#events.onNewHost();
  }
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : `${error}`;
}

/** What `promise` gives, or undefined where that takes longer. */
async function within<Value>(promise: Promise<Value>, ms: number): Promise<Value | undefined> {
  const { promise: late, resolve } = Promise.withResolvers<undefined>();
  const timer = setTimeout(() => resolve(undefined), ms);
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
}
