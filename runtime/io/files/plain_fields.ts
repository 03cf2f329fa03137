/** Finds the fields in plain CSV text, piece by piece: one look at each byte. It knows no types, so that a
 *  thread of its own may do it without loading Arrow. @module */

/** The text has something that this reading does not know. */
export class NotPlain extends Error {
  override readonly name = "NotPlain";

  constructor(options?: ErrorOptions) {
    super("the text is not plain CSV of the declared types", options);
  }
}

/** How plain text is written. */
export interface PlainSyntax {
  readonly delimiter: string;
  readonly quote: string;
  /** Fields of each row. */
  readonly columns: number;
}

/** The whole rows in a piece of text. */
export interface FieldPiece {
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** Where each field begins, row after row; it ends one byte before the next begins. */
  readonly bounds: Int32Array<ArrayBuffer>;
  readonly rows: number;
}

const ORDINARY = 0;
const DELIMITER = 1;
const NEWLINE = 2;
const FOREIGN = 3;
const REFUSED = 4;

/** Splits text into fields; what is left over of one piece stands before the next. */
export class Fields {
  readonly #kinds = new Uint8Array(256).fill(FOREIGN, 128);
  readonly #columns: number;
  readonly #decoder = new TextDecoder("utf-8", { fatal: true });
  #left = new Uint8Array(0);
  #boundsAtOnce = 1 << 16;

  constructor({ delimiter, quote, columns }: PlainSyntax) {
    this.#columns = columns;
    this.#kinds[0] = this.#kinds[13] = REFUSED;
    this.#kinds[10] = NEWLINE;
    if (quote !== "") this.#kinds.fill(REFUSED, quote.charCodeAt(0), quote.charCodeAt(0) + 1);
    this.#kinds[delimiter.charCodeAt(0)] = DELIMITER;
  }

  /** The rows that end in `piece`; their buffers are the caller's own.
   *
   * @throws {NotPlain} at the first thing that is not plain */
  split(piece: Uint8Array): FieldPiece {
    const bytes = new Uint8Array(this.#left.length + piece.length);
    bytes.set(this.#left);
    bytes.set(piece, this.#left.length);
    return this.#find(bytes);
  }

  /** A last row that has no newline. */
  end(): FieldPiece | undefined {
    return this.#left.length > 0 ? this.split(Uint8Array.of(10)) : undefined;
  }

  #find(bytes: Uint8Array<ArrayBuffer>): FieldPiece {
    const { length } = bytes;
    const kinds = this.#kinds;
    const columns = this.#columns;
    let bounds = new Int32Array(this.#boundsAtOnce);
    let [rows, field, found, rowFrom] = [0, 0, 0, 0];
    let hasForeign = false;
    bounds[found++] = 0;
    for (let at = 0; at < length; at++) {
      const kind = kinds[bytes[at]!]!;
      if (kind === ORDINARY) continue;
      if (kind === FOREIGN) {
        hasForeign = true;
        continue;
      }
      if (kind === REFUSED) throw new NotPlain();
      if (found === bounds.length) bounds = grown(bounds);
      bounds[found++] = at + 1;
      field++;
      if (kind === DELIMITER) continue;
      if (field !== columns || at === rowFrom) throw new NotPlain();
      rows++;
      field = 0;
      rowFrom = at + 1;
    }
    if (hasForeign) this.#refuseNotUtf8(bytes.subarray(0, rowFrom));
    this.#boundsAtOnce = bounds.length;
    this.#left = bytes.slice(rowFrom);
    return { bytes, bounds, rows };
  }

  #refuseNotUtf8(text: Uint8Array): void {
    try {
      this.#decoder.decode(text);
    } catch (cause) {
      throw new NotPlain({ cause });
    }
  }
}

function grown(bounds: Int32Array<ArrayBuffer>): Int32Array<ArrayBuffer> {
  const larger = new Int32Array(bounds.length * 2);
  larger.set(bounds);
  return larger;
}
