/** A Jupyter client for tests: starts our kernel in its own process and runs cells in it.
 *
 *  `await using kernel = await startKernel({ cwd });` then `await kernel.run("1 + 1")`. @module */
import { resolve } from "node:path";
import {
  decodeMessage,
  encodeMessage,
  type Json,
  type Message,
  newMessage,
} from "../../kernel/wire/message.ts";
import { type ConnectionFile, newConnection } from "../../kernel/wire/connection_file.ts";
import { connectDealer, connectSubscriber } from "../../kernel/zmtp/connect.ts";
import type { Peer } from "../../kernel/zmtp/peer.ts";

const ROOT = resolve(import.meta.dirname!, "..", "..");

/** One output of a cell. */
export interface Output {
  readonly type: string;
  readonly content: Json;
}

/** All that came of a cell, up to `idle`. */
export interface Ran {
  readonly status: string;
  readonly outputs: readonly Output[];
  /** Everything printed, in order. */
  readonly text: string;
  /** The `text/plain` of the last expression. */
  readonly result: string | undefined;
  /** The traceback without colours. */
  readonly error: string;
  /** The `text/plain` of everything displayed. */
  readonly displays: readonly string[];
}

export interface StartOptions {
  /** The notebook's folder. */
  readonly cwd?: string;
  readonly env?: Record<string, string>;
  /** Deno's own kernel instead of ours: it may publish outputs after `idle`. */
  readonly isStock?: boolean;
}

/** Starts the kernel and waits until it answers. */
export async function startKernel(options: StartOptions = {}): Promise<TestKernel> {
  for (let tries = 1;; tries++) {
    const kernel = await TestKernel.start(options);
    const ready = kernel.request("kernel_info_request", {}).then(() => true);
    // A port that was free may be another test's by the time that the kernel takes it.
    if (await Promise.race([ready, kernel.ended.then(() => false)])) return kernel;
    if (tries === 3) throw new Error("Cannot start a kernel for the test; see its words above");
  }
}

/** A kernel for all tests of a file that need not be the first in theirs; it ends after the last. */
export async function startSharedKernel(options: StartOptions = {}): Promise<TestKernel> {
  const kernel = await startKernel(options);
  Deno.test.afterAll(() => kernel[Symbol.asyncDispose]());
  return kernel;
}

/** A running kernel and its only client. */
export class TestKernel implements AsyncDisposable {
  readonly #connection: ConnectionFile;
  readonly #child: Deno.ChildProcess;
  readonly #folder: string;
  readonly #session = crypto.randomUUID();
  readonly #replies = new Map<string, (message: Message) => void>();
  readonly #listeners = new Set<(message: Message) => void>();
  #shell: Peer | undefined;
  #control: Peer | undefined;

  private constructor(connection: ConnectionFile, child: Deno.ChildProcess, folder: string) {
    this.#connection = connection;
    this.#child = child;
    this.#folder = folder;
  }

  static async start({ cwd = ROOT, env = {}, isStock }: StartOptions): Promise<TestKernel> {
    const connection = newConnection();
    const folder = await Deno.makeTempDir({ prefix: "sluice-kernel-test-" });
    const file = `${folder}/connection.json`;
    await Deno.writeTextFile(file, JSON.stringify(connection));
    const config = `${ROOT}/deno.json`;
    const child = new Deno.Command(Deno.execPath(), {
      args: isStock
        ? ["jupyter", "--quiet", "--kernel", "--conn", file]
        : ["run", "--allow-all", "--quiet", "--config", config, `${ROOT}/kernel/main.ts`, file],
      cwd,
      env: { NO_COLOR: "1", ...env },
      stdin: "null",
      stdout: "null",
      stderr: "inherit",
    }).spawn();
    const kernel = new TestKernel(connection, child, folder);
    const gone = new AbortController();
    kernel.ended.then(() => gone.abort());
    await kernel.#connect(gone.signal).catch((error) => {
      if (!gone.signal.aborted) throw error;
    });
    return kernel;
  }

  get pid(): number {
    return this.#child.pid;
  }

  /** Settles when the kernel's process has ended. */
  get ended(): Promise<Deno.CommandStatus> {
    return this.#child.status;
  }

  /** Runs a cell and gives all its outputs; `id` is what Jupyter would call the cell. */
  async run(source: string, { id, deletedCells = [], stopOnError = true }: {
    readonly id?: string;
    readonly deletedCells?: readonly string[];
    readonly stopOnError?: boolean;
  } = {}): Promise<Ran> {
    const content = {
      code: source,
      silent: false,
      store_history: true,
      user_expressions: {},
      allow_stdin: false,
      stop_on_error: stopOnError,
    };
    const metadata = { cellId: id, deletedCells };
    const outputs: Output[] = [];
    const idle = Promise.withResolvers<void>();
    const message = newMessage("execute_request", content, { session: this.#session, metadata });
    const listen = ({ header, parent, content }: Message) => {
      if ((parent as { msg_id?: string }).msg_id !== message.header.msg_id) return;
      if (content.execution_state === "idle") idle.resolve();
      else if (header.msg_type !== "status" && header.msg_type !== "execute_input") {
        outputs.push({ type: header.msg_type, content });
      }
    };
    this.#listeners.add(listen);
    const reply = await this.#send(this.#shell, message);
    await idle.promise;
    this.#listeners.delete(listen);
    return summary(`${reply.content.status}`, outputs);
  }

  /** Sends a request and gives the content of its reply. */
  async request(type: string, content: Json, socket: "shell" | "control" = "shell"): Promise<Json> {
    const message = newMessage(type, content, { session: this.#session });
    const peer = socket === "shell" ? this.#shell : this.#control;
    return (await this.#send(peer, message)).content;
  }

  /** Waits for the next published message that `isMeant` accepts. */
  heard(isMeant: (message: Message) => boolean): Promise<Message> {
    const { promise, resolve } = Promise.withResolvers<Message>();
    const listen = (message: Message) => {
      if (!isMeant(message)) return;
      this.#listeners.delete(listen);
      resolve(message);
    };
    this.#listeners.add(listen);
    return promise;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const gone = this.#child.status;
    await Promise.race([this.request("shutdown_request", { restart: false }, "control"), gone]);
    await gone;
    await Deno.remove(this.#folder, { recursive: true });
  }

  async #connect(signal: AbortSignal): Promise<void> {
    const { ip: hostname, key, ...ports } = this.#connection;
    const options = { identity: this.#session, signal };
    const [iopub, shell, control] = await Promise.all([
      connectSubscriber({ hostname, port: ports.iopub_port }, options),
      connectDealer({ hostname, port: ports.shell_port }, options),
      connectDealer({ hostname, port: ports.control_port }, options),
    ]);
    [this.#shell, this.#control] = [shell, control];
    const read = async (peer: Peer, onMessage: (message: Message) => void) => {
      for await (const frames of peer.messages()) onMessage(decodeMessage(frames, key));
      peer.close();
    };
    const onReply = (message: Message) => {
      this.#replies.get((message.parent as { msg_id: string }).msg_id)?.(message);
    };
    read(shell, onReply);
    read(control, onReply);
    read(iopub, (message) => this.#listeners.forEach((listen) => listen(message)));
  }

  #send(peer: Peer | undefined, message: Message): Promise<Message> {
    const { promise, resolve } = Promise.withResolvers<Message>();
    this.#replies.set(message.header.msg_id, resolve);
    peer?.send(encodeMessage(message, this.#connection.key));
    return promise;
  }
}

function summary(status: string, outputs: readonly Output[]): Ran {
  const plain = ({ content }: Output) => `${(content.data as Json)["text/plain"]}`;
  const ofType = (...types: string[]) => outputs.filter(({ type }) => types.includes(type));
  const result = ofType("execute_result").map(plain)[0];
  const [error] = ofType("error");
  const traceback = (error?.content.traceback ?? []) as readonly string[];
  return {
    status,
    outputs,
    text: ofType("stream").map(({ content }) => content.text).join(""),
    result: result === undefined ? undefined : withoutColours(result),
    error: withoutColours(traceback.join("\n")),
    displays: ofType("display_data").map(plain),
  };
}

function withoutColours(text: string): string {
  // deno-lint-ignore no-control-regex -- that is what colours are written with
  return text.replaceAll(/\x1b\[[0-9;]*m/g, "");
}
