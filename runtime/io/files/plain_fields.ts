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

/** Where a piece lay that was read. */
export interface FieldRoom {
  readonly bytes: ArrayBuffer;
  readonly bounds: ArrayBuffer;
}

/** What a byte is, a bit for each; ordinary ones are nothing of it. */
const SEPARATOR = 1;
const NEWLINE = 2;
const FOREIGN = 4;
const REFUSED = 8;
const LINE_FEED = 10;
/** Bytes between two looks at the room for bounds. */
const STRETCH = 4096;
/** Room for text is made in multiples of this, so that the next piece, a little longer, fits too. */
const TEXT_ROOM = 2 ** 16;

/** Splits text into fields; what is left over of one piece stands before the next. */
export class Fields {
  readonly #kinds = new Uint8Array(256).fill(FOREIGN, 128);
  readonly #columns: number;
  readonly #decoder = new TextDecoder("utf-8", { fatal: true });
  readonly #rooms: FieldRoom[] = [];
  #left = new Uint8Array(0);
  #boundsAtOnce = 1 << 16;

  constructor({ delimiter, quote, columns }: PlainSyntax) {
    this.#columns = columns;
    this.#kinds[0] = this.#kinds[13] = REFUSED;
    this.#kinds[LINE_FEED] = SEPARATOR | NEWLINE;
    if (quote !== "") this.#kinds.fill(REFUSED, quote.charCodeAt(0), quote.charCodeAt(0) + 1);
    this.#kinds[delimiter.charCodeAt(0)] = SEPARATOR;
  }

  /** The rows that end in `piece`; their buffers are the caller's own, who may give them back.
   *
   * @throws {NotPlain} at the first thing that is not plain */
  split(piece: Uint8Array): FieldPiece {
    const length = this.#left.length + piece.length;
    const room = this.#rooms.pop();
    const bytes = room && room.bytes.byteLength >= length
      ? new Uint8Array(room.bytes, 0, length)
      : new Uint8Array(new ArrayBuffer(Math.ceil(length / TEXT_ROOM) * TEXT_ROOM), 0, length);
    bytes.set(this.#left);
    bytes.set(piece, this.#left.length);
    return this.#find(bytes, this.#boundsIn(room?.bounds));
  }

  /** Takes back where a piece lay that nobody reads any more: another will lie there. New buffers cost more
   *  than what is put into them. */
  reuse(room: FieldRoom): void {
    this.#rooms.push(room);
  }

  #boundsIn(room: ArrayBuffer | undefined): Int32Array<ArrayBuffer> {
    const bounds = room && room.byteLength >= this.#boundsAtOnce * Int32Array.BYTES_PER_ELEMENT
      ? new Int32Array(room)
      : new Int32Array(this.#boundsAtOnce);
    bounds[0] = 0;
    return bounds;
  }

  /** A last row that has no newline. */
  end(): FieldPiece | undefined {
    return this.#left.length > 0 ? this.split(Uint8Array.of(LINE_FEED)) : undefined;
  }

  /** No branch depends on a byte: a processor could not foresee where the next field ends. */
  #find(bytes: Uint8Array<ArrayBuffer>, bounds: Int32Array<ArrayBuffer>): FieldPiece {
    const kinds = this.#kinds;
    let [found, newlines, seen] = [1, 0, 0];
    for (let at = 0; at < bytes.length;) {
      const end = Math.min(bytes.length, at + STRETCH);
      if (found + STRETCH > bounds.length) bounds = grown(bounds);
      while (at < end) {
        const kind = kinds[bytes[at++]!]!;
        bounds[found] = at;
        found += kind & SEPARATOR;
        newlines += kind & NEWLINE;
        seen |= kind;
      }
    }
    if (seen & REFUSED) throw new NotPlain();
    const rows = newlines / NEWLINE;
    this.#refuseUneven(bytes, bounds, { rows, found });
    const rowsEnd = bounds[rows * this.#columns]!;
    if (seen & FOREIGN) this.#refuseNotUtf8(bytes.subarray(0, rowsEnd));
    this.#boundsAtOnce = bounds.length;
    this.#left = bytes.slice(rowsEnd);
    return { bytes, bounds, rows };
  }

  /** Newlines stand behind every so many fields, and nowhere else; no row is empty. */
  #refuseUneven(
    bytes: Uint8Array,
    bounds: Int32Array,
    { rows, found }: { readonly rows: number; readonly found: number },
  ): void {
    const columns = this.#columns;
    if (rows * columns >= found) throw new NotPlain();
    for (let row = 1; row <= rows; row++) {
      const end = bounds[row * columns]!;
      const isEven = bytes[end - 1] === LINE_FEED && end > bounds[(row - 1) * columns]! + 1;
      if (!isEven) throw new NotPlain();
    }
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
