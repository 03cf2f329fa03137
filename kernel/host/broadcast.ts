/** The way out of the host: messages on the queue that outputs take too. @module */

export interface BroadcastOptions {
  readonly metadata?: Readonly<Record<string, unknown>>;
  readonly buffers?: readonly Uint8Array[];
}

interface DisplayOptions {
  readonly raw?: boolean;
  readonly update?: boolean;
  readonly display_id?: string;
}

/** The part of the stock kernel's `Deno.jupyter` that is used here. */
interface Jupyter {
  broadcast(type: string, content: object, options?: BroadcastOptions): void;
  display(value: unknown, options?: DisplayOptions): Promise<void>;
  format(value: unknown): Promise<Readonly<Record<string, unknown>>>;
}

/** Deno's own types describe it only inside the stock kernel. */
export const jupyter = Reflect.get(Deno, "jupyter") as Jupyter;

/** Publishes a message, whatever cells have made of `Deno.jupyter`. */
export const announce = jupyter.broadcast;
