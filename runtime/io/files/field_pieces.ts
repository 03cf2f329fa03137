/** The fields of a plain CSV file, piece by piece. Of a large file they are found on a thread beside, so that
 *  unpacking and finding go on while the values of the pieces before are read. @module */
import { type Compression, readDecompressed } from "./compression.ts";
import { type FieldPiece, Fields, NotPlain, type PlainSyntax } from "./plain_fields.ts";

/** What a thread is told first: the file, and how many pieces it may be ahead. Later it is told how many more. */
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
/** Pieces taken between two words to the thread, for each wakes it. */
const AT_ONCE = 3;

/** Finds the fields on this thread. */
export async function* fieldsHere(
  path: string,
  compression: Compression,
  syntax: PlainSyntax,
): AsyncGenerator<FieldPiece, void, undefined> {
  const fields = new Fields(syntax);
  for await (const bytes of readDecompressed(path, compression)) {
    yield fields.split(bytes);
  }
  const last = fields.end();
  if (last) yield last;
}

/** Finds the fields on a thread of its own, which ends with the reading; on this one where no thread can be
 *  had: a permission or the module may be missing. */
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
  }
}

class FieldThread implements Disposable {
  readonly #thread: Worker | undefined;
  readonly #answers: FieldAnswer[] = [];
  #taken = 0;
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
    if (this.#taken > 0 && this.#taken % AT_ONCE === 0) this.#thread?.postMessage(AT_ONCE);
    while (this.#answers.length === 0) {
      if (this.#broken === undefined) await new Promise<void>((wake) => this.#wake = wake);
      else if (this.#taken === 0) return undefined;
      else throw new Error(`the thread that unpacks the file ended: ${this.#broken}`);
    }
    this.#taken++;
    return this.#answers.shift();
  }

  [Symbol.dispose](): void {
    this.#thread?.terminate();
  }
}
