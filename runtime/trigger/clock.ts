/** The time as triggers see it: given, so that tests may let it jump. @module */

export interface Clock {
  /** Milliseconds since 1970. */
  now(): number;
  /** Calls `work` once after `ms`; the function that it gives takes that back. */
  after(ms: number, work: () => void): () => void;
}

/** The computer's clock. */
export const systemClock: Clock = {
  now: () => Date.now(),
  after(ms, work) {
    const timer = setTimeout(work, ms);
    return () => clearTimeout(timer);
  },
};

/** Something that is done again and again until it is closed. */
export interface Repeating {
  /** Lets the one under way finish; after it nothing more is done. */
  close(): Promise<void>;
}

/** Calls `work` now, and again `everyMs` after each of its ends. */
export function repeat(
  work: () => Promise<void>,
  { clock, everyMs, onError }: {
    readonly clock: Clock;
    readonly everyMs: number;
    readonly onError: (error: unknown) => void;
  },
): Repeating {
  let isClosed = false;
  let cancelNext = () => {};
  let current: Promise<void> = Promise.resolve();
  function begin(): void {
    current = work().catch(onError).then(() => {
      if (!isClosed) cancelNext = clock.after(everyMs, begin);
    });
  }
  begin();
  return {
    async close() {
      isClosed = true;
      cancelNext();
      await current;
    },
  };
}
