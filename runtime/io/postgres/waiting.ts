/** Waits for many promises, one after the other, against one that may end them all. `Promise.race` would
 *  do, but the long-lived promise then keeps whatever ever raced it: every batch of a stream.
 *  @module */

/** Ends waits when `over` settles or `signal` aborts. */
export class Waiting implements Disposable {
  readonly #signal: AbortSignal | undefined;
  readonly #abort = () => this.#end(Promise.reject(this.#signal?.reason));
  /** What every wait comes to from now on. */
  #outcome: Promise<undefined> | undefined;
  #wake: (outcome: Promise<undefined>) => void = () => {};

  constructor(over: Promise<void>, signal: AbortSignal | undefined) {
    this.#signal = signal;
    const done = () => this.#end(Promise.resolve(undefined));
    over.then(done, (failure) => this.#end(Promise.reject(failure)));
    if (signal?.aborted) this.#abort();
    else signal?.addEventListener("abort", this.#abort);
  }

  /** What `promise` gives, or undefined where all is over before; one wait at a time.
   *
   * @throws what ended all, or what `promise` does. */
  for<Value>(promise: Promise<Value>): Promise<Value | undefined> {
    promise.catch(() => {});
    if (this.#outcome) return this.#outcome;
    return new Promise((resolve, reject) => {
      this.#wake = resolve;
      promise.then(resolve, reject);
    });
  }

  [Symbol.dispose](): void {
    this.#signal?.removeEventListener("abort", this.#abort);
  }

  #end(outcome: Promise<undefined>): void {
    outcome.catch(() => {});
    if (this.#outcome) return;
    this.#outcome = outcome;
    this.#wake(outcome);
  }
}
