/** The sockets with which the front talks to the kernel inside. @module */
import type { Address } from "./listen.ts";
import { Peer } from "./peer.ts";

const RETRY_MS = 5;

/** A connection that sends and receives messages, to a ROUTER.
 *
 * It is tried again until somebody listens there, or `signal` aborts. */
export async function connectDealer(
  address: Address,
  { identity, signal }: { readonly identity: string; readonly signal: AbortSignal },
): Promise<Peer> {
  return await Peer.greet(await reach(address, signal), "DEALER", identity);
}

/** A connection that receives everything that a PUB publishes. */
export async function connectSubscriber(
  address: Address,
  { signal }: { readonly signal: AbortSignal },
): Promise<Peer> {
  const peer = await Peer.greet(await reach(address, signal), "SUB");
  peer.send([new Uint8Array([1])]);
  return peer;
}

async function reach(address: Address, signal: AbortSignal): Promise<Deno.TcpConn> {
  while (true) {
    signal.throwIfAborted();
    try {
      return await Deno.connect(address);
    } catch (error) {
      if (!(error instanceof Deno.errors.ConnectionRefused)) throw error;
      await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
    }
  }
}
