/** The fields of a plain CSV file, piece by piece. Of a large file they are found on a thread beside, so that
 *  unpacking and finding go on while the values of the pieces before are read. @module */
import { type Compression, readDecompressed } from "./compression.ts";
import {
  type FieldPiece,
  type FieldRoom,
  Fields,
  NotPlain,
  type PlainSyntax,
} from "./plain_fields.ts";

/** What a thread is told first: the file, and how many pieces it may be ahead. Later it is given back where
 *  pieces lay that were read, and may be as many further. */
export interface FieldOrder extends PlainSyntax {
  readonly path: string;
  readonly compression: Compression;
  readonly ahead: number;
}

/** What it says. A failure has the code of node:zlib's error, where it was one. */
export type FieldAnswer =
  | { readonly kind: "piece"; readonly piece: FieldPiece }
  | { readonly kind: "end" }
  | { readonly kind: "not plain" }
  | { readonly kind: "failure"; readonly message: string; readonly code?: string };

/** Pieces of some hundred KB that the thread may be ahead: neither waits for the other's next turn. */
const AHEAD = 12;
/** Pieces given back at once, for each word to the thread wakes it. */
const AT_ONCE = 3;

/** Finds the fields on this thread. A piece is used up when the next is asked for. */
export async function* fieldsHere(
  path: string,
  compression: Compression,
  syntax: PlainSyntax,
): AsyncGenerator<FieldPiece, void, undefined> {
  const fields = new Fields(syntax);
  for await (const bytes of readDecompressed(path, compression)) {
    const piece = fields.split(bytes);
    yield piece;
    fields.reuse(roomOf(piece));
  }
  const last = fields.end();
  if (last) yield last;
}

/** Finds the fields on a thread of its own, which ends with the reading; on this one where no thread can be
 *  had: a permission or the module may be missing. A piece is used up when the next is asked for. */
export async function* fieldsOnThread(
  path: string,
  compression: Compression,
  syntax: PlainSyntax,
): AsyncGenerator<FieldPiece, void, undefined> {
  using thread = new FieldThread({ path, compression, ...syntax, ahead: AHEAD });
  for (let answer = await thread.next();; answer = await thread.next()) {
    if (answer === undefined) return yield* fieldsHere(path, compression, syntax);
    if (answer.kind === "end") return;
    if (answer.kind === "not plain") throw new NotPlain();
    if (answer.kind === "failure") {
      throw Object.assign(new Error(answer.message), { code: answer.code });
    }
    yield answer.piece;
    thread.reuse(answer.piece);
  }
}

function roomOf({ bytes, bounds }: FieldPiece): FieldRoom {
  return { bytes: bytes.buffer, bounds: bounds.buffer };
}

class FieldThread implements Disposable {
  readonly #thread: Worker | undefined;
  readonly #answers: FieldAnswer[] = [];
  #used: FieldRoom[] = [];
  #hasBegun = false;
  #broken: string | undefined;
  #wake = () => {};

  constructor(order: FieldOrder) {
    try {
      this.#thread = new Worker(new URL("./field_thread.ts", import.meta.url), { type: "module" });
    } catch (failure) {
      this.#broken = String(failure);
      return;
    }
    this.#thread.onmessage = ({ data }: MessageEvent<FieldAnswer>) => {
      this.#answers.push(data);
      this.#wake();
    };
    this.#thread.onerror = (event) => {
      event.preventDefault();
      this.#broken = event.message;
      this.#wake();
    };
    this.#thread.postMessage(order);
  }

  /** What the thread says next; undefined where it has never begun. */
  async next(): Promise<FieldAnswer | undefined> {
    while (this.#answers.length === 0) {
      if (this.#broken === undefined) await new Promise<void>((wake) => this.#wake = wake);
      else if (!this.#hasBegun) return undefined;
      else throw new Error(`the thread that unpacks the file ended: ${this.#broken}`);
    }
    this.#hasBegun = true;
    return this.#answers.shift();
  }

  /** Gives back a piece that was read. */
  reuse(piece: FieldPiece): void {
    this.#used.push(roomOf(piece));
    if (this.#used.length < AT_ONCE) return;
    this.#thread?.postMessage(
      this.#used,
      this.#used.flatMap(({ bytes, bounds }) => [bytes, bounds]),
    );
    this.#used = [];
  }

  [Symbol.dispose](): void {
    this.#thread?.terminate();
  }
}
