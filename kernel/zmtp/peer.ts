/** One ZMTP connection after its handshake: messages in, messages out. @module */
import {
  encodeFrames,
  type Frames,
  greeting,
  readFrames,
  readyCommand,
  readyIdentity,
} from "./frames.ts";

const CHUNK_BYTES = 65536;

/** The other end of a connection. */
export class Peer {
  /** What the other end calls itself. */
  identity = "";
  readonly #connection: Deno.TcpConn;
  #received = new Uint8Array(0);
  #waiting: Uint8Array<ArrayBuffer>[] = [];
  #sending: Promise<void> | undefined;
  #isClosed = false;

  private constructor(connection: Deno.TcpConn) {
    this.#connection = connection;
  }

  /** Greets whoever is on the other end, as the kind of socket we are. */
  static async greet(connection: Deno.TcpConn, socketType: string, identity = ""): Promise<Peer> {
    connection.setNoDelay(true);
    const peer = new Peer(connection);
    peer.#write(greeting());
    const theirs = await peer.#take(64);
    if (theirs?.[0] !== 0xff || (theirs[10] ?? 0) < 3) {
      peer.close();
      throw new Error("Cannot talk to the other end: it does not speak ZMTP 3");
    }
    peer.#write(readyCommand(socketType, identity));
    const ready = await readFrames((length) => peer.#take(length));
    if (!ready?.isCommand) {
      peer.close();
      throw new Error("Cannot talk to the other end: it hung up during the ZMTP handshake");
    }
    peer.identity = readyIdentity(ready.frames[0] ?? new Uint8Array());
    return peer;
  }

  /** The messages, until either end closes; commands are answered by nothing and skipped. */
  async *messages(): AsyncGenerator<Frames> {
    while (true) {
      const received = await readFrames((length) => this.#take(length));
      if (received === undefined) return;
      if (!received.isCommand) yield received.frames;
    }
  }

  /** Sends a message after those sent before; what comes at once leaves in one write. */
  send(frames: Frames): void {
    this.#write(encodeFrames(frames));
  }

  /** Settles when all that was sent has left. */
  async flushed(): Promise<void> {
    while (this.#sending) await this.#sending;
  }

  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#connection.close();
  }

  #write(bytes: Uint8Array<ArrayBuffer>): void {
    if (this.#isClosed) return;
    this.#waiting.push(bytes);
    this.#sending ??= this.#drain();
  }

  async #drain(): Promise<void> {
    // A turn of the loop lets everything that is sent together leave together.
    await Promise.resolve();
    while (this.#waiting.length > 0 && !this.#isClosed) {
      const bytes = join(this.#waiting);
      this.#waiting = [];
      try {
        for (let at = 0; at < bytes.length;) {
          at += await this.#connection.write(bytes.subarray(at));
        }
      } catch {
        // The other end is gone, which its reader learns too.
        this.close();
      }
    }
    // In the same turn as the last look, so that nothing sent in between is left lying.
    this.#sending = undefined;
  }

  async #take(length: number): Promise<Uint8Array | undefined> {
    const parts = [this.#received];
    let size = this.#received.length;
    while (size < length) {
      const chunk = new Uint8Array(Math.max(CHUNK_BYTES, length - size));
      const count = await this.#read(chunk);
      if (count === null) return undefined;
      parts.push(chunk.subarray(0, count));
      size += count;
    }
    const all = parts.length === 1 ? this.#received : join(parts);
    this.#received = all.subarray(length);
    return all.subarray(0, length);
  }

  async #read(chunk: Uint8Array): Promise<number | null> {
    try {
      return await this.#connection.read(chunk);
    } catch {
      return null;
    }
  }
}

function join(parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}
