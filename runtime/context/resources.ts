/** What is opened once and closed with its owner: connections, engines, leases.
 *  A run owns one set; live code and scripts share the process's own. @module */

export interface Closable {
  close(): void | Promise<void>;
}

/** A set of things opened by key on first use, closed together in reverse order. */
export class Resources {
  readonly #opened = new Map<string, Promise<Closable>>();

  /** The resource under `key`, opened at the first call; a failed opening is tried again by the next. */
  use<Resource extends Closable>(key: string, open: () => Promise<Resource>): Promise<Resource> {
    const known = this.#opened.get(key);
    if (known) return known as Promise<Resource>;
    const opening = open();
    this.#opened.set(key, opening);
    opening.catch(() => this.#opened.delete(key));
    return opening;
  }

  /** Closes everything, last opened first; a failure to close is thrown after all were tried. */
  async close(): Promise<void> {
    const opened = [...this.#opened.values()].reverse();
    this.#opened.clear();
    const failures: unknown[] = [];
    for (const opening of opened) {
      try {
        await (await opening).close();
      } catch (failure) {
        failures.push(failure);
      }
    }
    if (failures.length > 0) throw new AggregateError(failures, "some resources did not close");
  }
}
