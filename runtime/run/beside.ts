/** What is written while the run goes on: the run's end waits for it. @module */
import type { Parking } from "./parking.ts";

/** Keeps writings until they have succeeded. */
export class Beside {
  readonly #writings = new Set<Promise<void>>();
  readonly #parking: Parking | undefined;

  /** `parking`, where there is one, waits for the same. */
  constructor(parking: Parking | undefined) {
    this.#parking = parking;
  }

  add(writing: Promise<void>): void {
    this.#writings.add(writing);
    this.#parking?.saveBeside(writing);
    // A failure is told by `settle`; until then it is no rejection that nobody handles.
    writing.then(() => this.#writings.delete(writing), () => {});
  }

  /** Resolves when all is written.
   *
   * @throws {Error} what the first failed with. */
  async settle(): Promise<void> {
    while (this.#writings.size > 0) await Promise.all(this.#writings);
  }
}
