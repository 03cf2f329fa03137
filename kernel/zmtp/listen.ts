/** The sockets that a kernel offers: each listens on one port of the connection file. @module */
import type { Frames } from "./frames.ts";
import { Peer } from "./peer.ts";

/** Where a socket listens or connects to. */
export interface Address {
  readonly hostname: string;
  readonly port: number;
}

export interface Listening {
  close(): void;
}

/** A ROUTER: hears messages from peers, and sends to any of them by its identity. */
export class Router implements Listening {
  readonly #peers = new Map<string, Peer>();
  readonly #listening: Listening;

  /** @throws {Deno.errors.AddrInUse} when the port is taken. */
  constructor(address: Address, onMessage: (frames: Frames, identity: string) => void) {
    let unnamed = 0;
    this.#listening = listen(address, "ROUTER", async (peer) => {
      const identity = peer.identity || `unnamed ${++unnamed}`;
      this.#peers.set(identity, peer);
      try {
        for await (const frames of peer.messages()) onMessage(frames, identity);
      } finally {
        if (this.#peers.get(identity) === peer) this.#peers.delete(identity);
      }
    });
  }

  /** Sends to the peer of that identity; one that is gone gets nothing. */
  send(identity: string, frames: Frames): void {
    this.#peers.get(identity)?.send(frames);
  }

  /** Settles when all that was sent has left. */
  async flushed(): Promise<void> {
    await Promise.all([...this.#peers.values()].map((peer) => peer.flushed()));
  }

  close(): void {
    this.#listening.close();
  }
}

/** A REP that gives back what it gets: Jupyter's heartbeat. */
export function listenEcho(address: Address): Listening {
  return listen(address, "REP", async (peer) => {
    for await (const frames of peer.messages()) peer.send(frames);
  });
}

/** A PUB: what is published goes to all who have subscribed to anything. */
export class Publisher implements Listening {
  readonly #subscribers = new Map<Peer, number>();
  readonly #listening: Listening;

  constructor(address: Address) {
    this.#listening = listen(address, "PUB", async (peer) => {
      try {
        for await (const [frame] of peer.messages()) this.#subscribe(peer, frame);
      } finally {
        this.#subscribers.delete(peer);
      }
    });
  }

  publish(frames: Frames): void {
    for (const subscriber of this.#subscribers.keys()) subscriber.send(frames);
  }

  /** Settles when all that was published has left. */
  async flushed(): Promise<void> {
    await Promise.all([...this.#subscribers.keys()].map((subscriber) => subscriber.flushed()));
  }

  close(): void {
    this.#listening.close();
  }

  /** Jupyter's clients subscribe to everything, so a subscription is only counted. */
  #subscribe(peer: Peer, frame: Uint8Array | undefined): void {
    const count = (this.#subscribers.get(peer) ?? 0) + (frame?.[0] === 1 ? 1 : -1);
    if (count > 0) this.#subscribers.set(peer, count);
    else this.#subscribers.delete(peer);
  }
}

function listen(
  address: Address,
  socketType: string,
  serve: (peer: Peer) => Promise<void>,
): Listening {
  const listener = Deno.listen({ ...address, transport: "tcp" });
  const peers = new Set<Peer>();
  const welcome = async (connection: Deno.TcpConn) => {
    const peer = await Peer.greet(connection, socketType);
    peers.add(peer);
    await serve(peer).finally(() => peers.delete(peer));
    peer.close();
  };
  // Whoever cannot greet, or hangs up, is nobody to answer to.
  const accept = async () => {
    for await (const connection of listener) welcome(connection).catch(() => {});
  };
  accept().catch(() => {});
  return {
    close() {
      listener.close();
      for (const peer of peers) peer.close();
    },
  };
}
