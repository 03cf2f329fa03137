/** The stock Deno kernel inside: it hosts the isolate in which cells are evaluated.
 *  The front calls into its prelude and hears its outputs; nothing else talks to it. @module */
import { ANSWER, type Host, HOST_SYMBOL, type HostError, REPL_SYMBOL } from "../host/protocol.ts";
import { type ConnectionFile, newConnection } from "../wire/connection_file.ts";
import {
  decodeMessage,
  encodeMessage,
  type Json,
  type Message,
  newMessage,
} from "../wire/message.ts";
import { connectDealer, connectSubscriber } from "../zmtp/connect.ts";
import type { Peer } from "../zmtp/peer.ts";
import { type Process, startProcess } from "./process.ts";

const PRELUDE = new URL("../host/prelude.ts", import.meta.url).href;
const REPL = `globalThis[Symbol.for("${REPL_SYMBOL}")] = {
  evaluate: (code) => (0, eval)(code),
  load: (specifier, options) => import(specifier, options),
}; undefined`;
const SUBSCRIBE_MS = 20;
const TRIES = 3;

/** What the stock kernel says of requests that no client sent. */
const NOT_OUTPUTS = new Set(["status", "execute_input", "execute_result", "error"]);

/** What the front wants to hear. */
export interface InnerEvents {
  /** An output of a cell. */
  onOutput(message: Message): void;
  /** A cell asks the person for a line. */
  onInputRequest(message: Message): void;
}

/** The kernel inside ended on its own. */
export class InnerEnded extends Error {
  override readonly name = "KernelEnded";
}

interface Waiting {
  readonly resolve: (value: never) => void;
  readonly reject: (error: unknown) => void;
}

/** A running kernel inside. */
export class Inner {
  readonly #connection: ConnectionFile;
  readonly #process: Process;
  readonly #events: InnerEvents;
  readonly #waiting = new Map<string, Waiting>();
  readonly #session = crypto.randomUUID();
  #shell!: Peer;
  #control!: Peer;
  #stdin!: Peer;
  #hasHeard = Promise.withResolvers<void>();
  #calls = 0;

  private constructor(connection: ConnectionFile, process: Process, events: InnerEvents) {
    this.#connection = connection;
    this.#process = process;
    this.#events = events;
  }

  /** Starts Deno's kernel in `cwd` and loads the prelude into it.
   *
   * @throws {InnerEnded} when it does not start, three times. */
  static async start(cwd: string, events: InnerEvents): Promise<Inner> {
    for (let tries = 1;; tries++) {
      try {
        return await Inner.#startOnce(cwd, events);
      } catch (error) {
        // Between finding free ports and taking them, somebody else may take one.
        if (tries === TRIES || !(error instanceof InnerEnded)) throw error;
      }
    }
  }

  static async #startOnce(cwd: string, events: InnerEvents): Promise<Inner> {
    const connection = newConnection();
    const process = await startProcess(connection, cwd);
    const inner = new Inner(connection, process, events);
    process.ended.then((reason) => inner.#end(new InnerEnded(reason)));
    await inner.#connect();
    await inner.evaluate(REPL);
    await inner.evaluate(`await import(${JSON.stringify(PRELUDE)}); undefined`);
    return inner;
  }

  /** Settles when the process is gone. */
  get ended(): Promise<string> {
    return this.#process.ended;
  }

  /** Calls a function of the prelude.
   *
   * @throws {InnerEnded} when the kernel inside ends before it answers. */
  async call<Name extends keyof Host>(
    name: Name,
    args: Parameters<Host[Name]>,
    { allowStdin = false }: { readonly allowStdin?: boolean } = {},
  ): Promise<Awaited<ReturnType<Host[Name]>>> {
    const id = `${++this.#calls}`;
    const answer = this.#wait<Awaited<ReturnType<Host[Name]>>>(id);
    const list = [id, name, args].map((part) => JSON.stringify(part)).join(",");
    const code = `globalThis[Symbol.for("${HOST_SYMBOL}")].call(${list})`;
    await Promise.race([answer, this.evaluate(code, allowStdin)]);
    return await answer;
  }

  /** Has the stock kernel evaluate `code` itself, and waits for that. */
  async evaluate(code: string, allowStdin = false): Promise<void> {
    const { content } = await this.request("execute_request", {
      code,
      silent: false,
      store_history: false,
      user_expressions: {},
      allow_stdin: allowStdin,
      stop_on_error: false,
    });
    if (content.status !== "ok") {
      throw new Error(`Cannot run the kernel inside: ${content.evalue ?? "it refused"}`);
    }
  }

  /** Asks the stock kernel, on its shell or control socket, and gives its reply. */
  request(type: string, content: Json, socket: "shell" | "control" = "shell"): Promise<Message> {
    const message = newMessage(type, content, { session: this.#session });
    const reply = this.#wait<Message>(message.header.msg_id);
    const peer = socket === "shell" ? this.#shell : this.#control;
    peer.send(encodeMessage(message, this.#connection.key));
    return reply;
  }

  /** Hands on the line that a person typed. */
  sendInput(content: Json, parent: Message["parent"]): void {
    const message = newMessage("input_reply", content, { session: this.#session, parent });
    this.#stdin.send(encodeMessage(message, this.#connection.key));
  }

  /** Ends the process at once. */
  async kill(): Promise<void> {
    this.#process.kill();
    await this.#process.ended;
  }

  async #connect(): Promise<void> {
    const { ip: hostname, key, ...ports } = this.#connection;
    const gone = new AbortController();
    this.#process.ended.then((reason) => gone.abort(new InnerEnded(reason)));
    const options = { identity: this.#session, signal: gone.signal };
    const [iopub, shell, control, stdin] = await Promise.all([
      connectSubscriber({ hostname, port: ports.iopub_port }, options),
      connectDealer({ hostname, port: ports.shell_port }, options),
      connectDealer({ hostname, port: ports.control_port }, options),
      connectDealer({ hostname, port: ports.stdin_port }, options),
    ]);
    [this.#shell, this.#control, this.#stdin] = [shell, control, stdin];
    for (const peer of [shell, control]) this.#read(peer, key, (message) => this.#reply(message));
    this.#read(stdin, key, (message) => this.#events.onInputRequest(message));
    this.#read(iopub, key, (message) => this.#hear(message));
    await this.#untilHeard();
  }

  /** A subscription takes a moment to count: until something is heard, outputs would be lost. */
  async #untilHeard(): Promise<void> {
    let isHeard = false;
    this.#hasHeard.promise.then(() => isHeard = true);
    while (!isHeard) {
      await this.request("kernel_info_request", {});
      const pause = new Promise((resolve) => setTimeout(resolve, SUBSCRIBE_MS));
      await Promise.race([this.#hasHeard.promise, pause]);
    }
  }

  async #read(peer: Peer, key: string, onMessage: (message: Message) => void): Promise<void> {
    for await (const frames of peer.messages()) onMessage(decodeMessage(frames, key));
  }

  #hear(message: Message): void {
    this.#hasHeard.resolve();
    const { msg_type: type } = message.header;
    if (NOT_OUTPUTS.has(type)) return;
    if (type !== ANSWER) return this.#events.onOutput(message);
    const { id, value, error } = message.content as {
      readonly id: string;
      readonly value?: unknown;
      readonly error?: HostError;
    };
    if (error) this.#take(id)?.reject(new Error(error.message));
    else this.#take(id)?.resolve(value as never);
  }

  #reply(message: Message): void {
    this.#take((message.parent as { msg_id?: string }).msg_id ?? "")?.resolve(message as never);
  }

  #wait<Value>(id: string): Promise<Value> {
    const { promise, resolve, reject } = Promise.withResolvers<Value>();
    this.#waiting.set(id, { resolve: resolve as (value: never) => void, reject });
    // Whoever stops waiting need not hear of the end.
    promise.catch(() => {});
    return promise;
  }

  #take(id: string): Waiting | undefined {
    const waiting = this.#waiting.get(id);
    this.#waiting.delete(id);
    return waiting;
  }

  #end(error: InnerEnded): void {
    for (const { reject } of this.#waiting.values()) reject(error);
    this.#waiting.clear();
    for (const peer of [this.#shell, this.#control, this.#stdin]) peer?.close();
  }
}
