/** The side that Jupyter sees: the five sockets of the connection file. @module */
import type { ConnectionFile } from "../wire/connection_file.ts";
import {
  decodeMessage,
  encodeMessage,
  type Json,
  type Message,
  newMessage,
} from "../wire/message.ts";
import type { Frames } from "../zmtp/frames.ts";
import { listenEcho, type Listening, Publisher, Router } from "../zmtp/listen.ts";

/** A request, and who sent it on which socket. */
export interface Request {
  readonly message: Message;
  readonly identity: string;
  readonly router: Router;
}

export interface OuterEvents {
  onShell(request: Request): void;
  onControl(request: Request): void;
  /** The line that a person typed. */
  onInput(request: Request): void;
}

/** The open sockets. */
export class Outer {
  readonly #session = crypto.randomUUID();
  readonly #key: string;
  readonly #publisher: Publisher;
  readonly #stdin: Router;
  readonly #listening: readonly Listening[];

  constructor(connection: ConnectionFile, events: OuterEvents) {
    const { ip: hostname, key } = connection;
    this.#key = key;
    this.#publisher = new Publisher({ hostname, port: connection.iopub_port });
    const listen = (port: number, onRequest: (request: Request) => void) => {
      const router: Router = new Router({ hostname, port }, (frames, identity) => {
        const message = decode(frames, key);
        if (message) onRequest({ message, identity, router });
      });
      return router;
    };
    this.#stdin = listen(connection.stdin_port, (request) => events.onInput(request));
    this.#listening = [
      listen(connection.shell_port, (request) => events.onShell(request)),
      listen(connection.control_port, (request) => events.onControl(request)),
      this.#stdin,
      this.#publisher,
      listenEcho({ hostname, port: connection.hb_port }),
    ];
  }

  /** Publishes an output, caused by `parent`, to everyone. */
  publish(type: string, content: Json, parent: Message["parent"], extra: Partial<Message> = {}) {
    const { metadata = {}, buffers = [] } = extra;
    const message = newMessage(type, content, {
      session: this.#session,
      parent,
      metadata,
      buffers,
    });
    const topic = new TextEncoder().encode(type);
    this.#publisher.publish(encodeMessage({ ...message, identities: [topic] }, this.#key));
  }

  /** Answers whoever asked. */
  async reply({ message, identity, router }: Request, content: Json): Promise<void> {
    const type = message.header.msg_type.replace(/_request$/, "_reply");
    const parent = message.header;
    const metadata = { status: content.status ?? "ok" };
    const reply = newMessage(type, content, { session: this.#session, parent, metadata });
    router.send(identity, encodeMessage(reply, this.#key));
    await router.flushed();
  }

  /** Asks the person whose request this is for a line. */
  askInput({ message, identity }: Request, content: Json): void {
    const parent = message.header;
    const ask = newMessage("input_request", content, { session: this.#session, parent });
    this.#stdin.send(identity, encodeMessage(ask, this.#key));
  }

  /** Settles when all that was published has left. */
  async flushed(): Promise<void> {
    await this.#publisher.flushed();
  }

  close(): void {
    for (const listening of this.#listening) listening.close();
  }
}

/** What is not signed with the kernel's key is not for the kernel. */
function decode(frames: Frames, key: string): Message | undefined {
  try {
    return decodeMessage(frames, key);
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    return undefined;
  }
}
