/** Passes the outputs of cells on, in order; texts that follow each other closely become one. @module */
import type { Header, Json, Message } from "../wire/message.ts";
import type { Outer } from "./outer.ts";

const MERGE_MS = 15;
const MERGE_CHARS = 65536;
const REMEMBERED = 500;

interface Text {
  readonly name: string;
  readonly parent: Header;
  text: string;
}

/** The outputs of one kernel. */
export class Outputs {
  readonly #outer: Outer;
  /** The requests of earlier cells, whose late outputs belong to them. */
  readonly #parents = new Map<string, Header>();
  #parent: Header | undefined;
  #text: Text | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(outer: Outer) {
    this.#outer = outer;
  }

  /** From here on, outputs are those of the cell that `parent` asked to run. */
  begin(parent: Header): void {
    this.#parent = parent;
    this.#parents.set(parent.msg_id, parent);
    const [oldest] = this.#parents.keys();
    if (this.#parents.size > REMEMBERED && oldest) this.#parents.delete(oldest);
  }

  /** Passes on what came from inside. */
  relay({ header, content, metadata, buffers }: Message): void {
    const { cell, ...rest } = metadata;
    const parent = typeof cell === "string" ? this.#parents.get(cell) : this.#parent;
    if (parent === undefined) return;
    if (header.msg_type === "stream") {
      this.#add(`${content.name}`, `${content.text}`, parent);
    } else {
      this.publish(header.msg_type, content, parent, { metadata: rest, buffers });
    }
  }

  /** Publishes something of the front's own, behind what was relayed. */
  publish(type: string, content: Json, parent: Header, extra: Partial<Message> = {}): void {
    this.flush();
    this.#outer.publish(type, content, parent, extra);
  }

  /** Sends the text that waits for more. */
  flush(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const text = this.#text;
    this.#text = undefined;
    if (text) this.#outer.publish("stream", { name: text.name, text: text.text }, text.parent);
  }

  #add(name: string, text: string, parent: Header): void {
    const last = this.#text;
    if (last?.name !== name || last.parent !== parent) {
      this.flush();
      this.#text = { name, parent, text };
    } else last.text += text;
    if ((this.#text?.text.length ?? 0) > MERGE_CHARS) this.flush();
    else this.#timer ??= setTimeout(() => this.flush(), MERGE_MS);
  }
}
