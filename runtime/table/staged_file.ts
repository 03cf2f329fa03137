/** A file that is written piece by piece: small pieces are gathered, large ones go straight to disk.
 *  @module */

const STAGE_BYTES = 1 << 20;
const SMALL_BYTES = 1 << 16;

/** Appends to an open file; `flush` writes what is still gathered. */
export class StagedFile {
  readonly #file: Deno.FsFile;
  readonly #stage = new Uint8Array(STAGE_BYTES);
  #staged = 0;
  #bytes = 0;

  constructor(file: Deno.FsFile) {
    this.#file = file;
  }

  /** Bytes appended so far. */
  get bytes(): number {
    return this.#bytes;
  }

  async append(piece: Uint8Array): Promise<void> {
    this.#bytes += piece.length;
    if (piece.length > SMALL_BYTES) {
      await this.flush();
      await this.#writeAll(piece);
      return;
    }
    if (this.#staged + piece.length > STAGE_BYTES) await this.flush();
    this.#stage.set(piece, this.#staged);
    this.#staged += piece.length;
  }

  async flush(): Promise<void> {
    const staged = this.#staged;
    this.#staged = 0;
    await this.#writeAll(this.#stage.subarray(0, staged));
  }

  async #writeAll(piece: Uint8Array): Promise<void> {
    for (let at = 0; at < piece.length;) at += await this.#file.write(piece.subarray(at));
  }
}
