/** Room that is used again and again: for columns that are read once and forgotten, new buffers cost more
 *  than what is put into them. @module */

/** Makes room for so many bytes, which begin at a multiple of eight and need not be 0. */
export type Room = (bytes: number) => Uint8Array<ArrayBuffer>;

/** Room that stays its taker's. */
export const ownRoom: Room = (bytes) => new Uint8Array(bytes);

/** Gives room after room out of one buffer, until everything is taken back at once. */
export class Scratch {
  #buffer = new ArrayBuffer(0);
  #taken = 0;

  readonly take: Room = (bytes) => {
    const start = this.#taken;
    this.#taken += Math.ceil(bytes / 8) * 8;
    return this.#taken <= this.#buffer.byteLength
      ? new Uint8Array(this.#buffer, start, bytes)
      : new Uint8Array(bytes);
  };

  /** Takes everything back: what was put there is lost. */
  clear(): void {
    if (this.#taken > this.#buffer.byteLength) this.#buffer = new ArrayBuffer(this.#taken * 1.25);
    this.#taken = 0;
  }
}
