/** The kernel that Jupyter talks to: takes requests in order, answers each, says when it is busy. @module */
import type { ConnectionFile } from "../wire/connection_file.ts";
import type { Json } from "../wire/message.ts";
import { Session } from "../session/session.ts";
import type { KernelPlace } from "../session/place.ts";
import { execute } from "./execute.ts";
import { KERNEL_INFO } from "./kernel_info.ts";
import { Outer, type Request } from "./outer.ts";
import { Outputs } from "./outputs.ts";
import { History } from "./history.ts";
import { complete } from "./complete.ts";
import { inspect } from "./inspect.ts";
import { isComplete } from "./is_complete.ts";

/** What the answers to requests share. */
export interface Kernel {
  readonly session: Session;
  readonly outputs: Outputs;
  readonly history: History;
  /** Requests that wait their turn. */
  readonly waiting: readonly Request[];
}

type Answer = (request: Request, kernel: Kernel) => Json | Promise<Json>;

const SHELL: Readonly<Record<string, Answer>> = {
  execute_request: execute,
  kernel_info_request: () => KERNEL_INFO,
  complete_request: complete,
  inspect_request: inspect,
  is_complete_request: ({ message }) => isComplete(`${message.content.code}`),
  history_request: ({ message }, { history }) => history.answer(message.content),
  comm_info_request: () => ({ status: "ok", comms: {} }),
};

/** Serves the connection until it is told to shut down. */
export async function serveKernel(
  connection: ConnectionFile,
  place: KernelPlace,
  signal: AbortSignal,
): Promise<void> {
  const waiting: Request[] = [];
  const stopped = Promise.withResolvers<void>();
  let current: Request | undefined;
  let isServing = false;

  // Our own ports come first, so that the kernel inside cannot be given one of them.
  let input: object = {};
  const outer = new Outer(connection, {
    onShell(request) {
      waiting.push(request);
      serve();
    },
    onControl,
    onInput: ({ message }) => void session.host.sendInput(message.content, input),
  });
  const outputs = new Outputs(outer);
  const session = new Session(place, {
    onOutput: (message) => outputs.relay(message),
    onInputRequest: (message) => {
      input = message.header;
      if (current) outer.askInput(current, message.content);
    },
  });
  const kernel: Kernel = { session, outputs, history: new History(), waiting };
  outer.publish("status", { execution_state: "starting" }, {});
  signal.addEventListener("abort", () => stopped.resolve());
  await stopped.promise;
  await session.host.close();
  await outer.flushed();
  outer.close();

  async function serve(): Promise<void> {
    if (isServing) return;
    isServing = true;
    for (current = waiting.shift(); current !== undefined; current = waiting.shift()) {
      const content = await answer(current, SHELL);
      if (content?.status === "error" && current.message.content.stop_on_error !== false) abort();
    }
    isServing = false;
  }

  /** Cells that were sent before one failed do not run; those sent later do. */
  function abort(): void {
    for (const [at, request] of [...waiting.entries()].toReversed()) {
      if (request.message.header.msg_type !== "execute_request") continue;
      waiting.splice(at, 1);
      answer(request, { execute_request: () => ({ status: "aborted" }) });
    }
  }

  async function onControl(request: Request): Promise<void> {
    const type = request.message.header.msg_type;
    await answer(request, {
      kernel_info_request: () => KERNEL_INFO,
      interrupt_request: async () => {
        await session.host.interrupt();
        return { status: "ok" };
      },
      shutdown_request: ({ message }) => ({ status: "ok", restart: message.content.restart }),
    });
    if (type === "shutdown_request") stopped.resolve();
  }

  /** Whatever fails here is told to whoever asked. */
  async function contentOf(
    request: Request,
    answers: Readonly<Record<string, Answer>>,
  ): Promise<Json | undefined> {
    try {
      return await answers[request.message.header.msg_type]?.(request, kernel);
    } catch (error) {
      const { name, message } = error instanceof Error ? error : new Error(`${error}`);
      return { status: "error", ename: name, evalue: message, traceback: [message] };
    }
  }

  async function answer(
    request: Request,
    answers: Readonly<Record<string, Answer>>,
  ): Promise<Json | undefined> {
    const { header } = request.message;
    outer.publish("status", { execution_state: "busy" }, header);
    const content = await contentOf(request, answers);
    outputs.flush();
    if (content) await outer.reply(request, content);
    outer.publish("status", { execution_state: "idle" }, header);
    return content;
  }
}
