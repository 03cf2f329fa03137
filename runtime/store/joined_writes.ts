/** Writes that share a transaction: a block's end is written together with the start of the block below,
 *  which follows in the same turn of the event loop. @module */

/** A write that has not been made yet. */
interface Waiting {
  readonly work: () => void;
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}

/** So many microtasks a write waits for another. A block below starts within ten; where it takes more, the
 *  end has a transaction of its own. */
const MOST_MICROTASKS = 20;

export class JoinedWrites {
  readonly #commit: (work: () => void) => void;
  #waiting: Waiting[] = [];
  #microtasks = 0;

  /** `commit` calls `work` in one transaction, and throws where it is not durable afterwards. */
  constructor(commit: (work: () => void) => void) {
    this.#commit = commit;
  }

  /** Writes at once, and with it what waits; resolves when it is durable. */
  now<Result>(work: () => Result): Promise<Result> {
    const { promise, resolve, reject } = Promise.withResolvers<Result>();
    let result: Result;
    this.#waiting.push({ work: () => result = work(), resolve: () => resolve(result), reject });
    this.#flush();
    return promise;
  }

  /** Writes with the next write of this turn, or else by itself; resolves when it is durable. */
  soon(work: () => void): Promise<void> {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    this.#waiting.push({ work, resolve, reject });
    if (this.#microtasks === 0) queueMicrotask(this.#pass);
    this.#microtasks = MOST_MICROTASKS;
    return promise;
  }

  readonly #pass = () => {
    this.#microtasks -= 1;
    if (this.#waiting.length === 0) this.#microtasks = 0;
    else if (this.#microtasks > 0) queueMicrotask(this.#pass);
    else this.#flush();
  };

  #flush(): void {
    const writes = this.#waiting;
    this.#waiting = [];
    try {
      this.#commit(() => {
        for (const { work } of writes) work();
      });
    } catch (error) {
      for (const { reject } of writes) reject(error);
      return;
    }
    for (const { resolve } of writes) resolve();
  }
}
