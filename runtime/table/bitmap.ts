/** Validity bitmaps: one bit a row, lowest first, 1 where there is a value. @module */

/** Bytes of a bitmap over `rows`, whole 8-byte words as DuckDB and Arrow's writers like them. */
export function bitmapBytes(rows: number): number {
  return Math.ceil(rows / 64) * 8;
}

/** Grows bit by bit or word by word; keeps no bitmap at all while every row has a value. */
export class BitmapBuilder {
  #bits: Uint8Array<ArrayBuffer> | undefined;
  #length = 0;
  #nulls = 0;

  /** Rows so far that have no value. */
  get nullCount(): number {
    return this.#nulls;
  }

  /** Appends `count` rows from bit `start` of `source`; without a source all have values. */
  append(source: Uint8Array | null | undefined, start: number, count: number): void {
    const length = this.#length;
    if (source && countSet(source, start, count) < count) {
      this.#appendBits(source, start, count);
    } else if (this.#bits) {
      this.#reserve(length + count);
      setBits(this.#bits, length, count);
    }
    this.#length = length + count;
  }

  /** The bitmap, or undefined where every row has a value; the builder begins anew. */
  finish(): { nullBitmap: Uint8Array<ArrayBuffer> | undefined; nullCount: number } {
    const nullBitmap = this.#bits?.subarray(0, bitmapBytes(this.#length));
    const nullCount = this.#nulls;
    this.#bits = undefined;
    this.#length = 0;
    this.#nulls = 0;
    return { nullBitmap, nullCount };
  }

  #appendBits(source: Uint8Array, start: number, count: number): void {
    const length = this.#length;
    if (!this.#bits) {
      this.#reserve(length + count);
      setBits(this.#bits!, 0, length);
    } else this.#reserve(length + count);
    copyBits(this.#bits!, length, source, start, count);
    this.#nulls += count - countSet(source, start, count);
  }

  #reserve(rows: number): void {
    const needed = bitmapBytes(rows);
    if (this.#bits && this.#bits.length >= needed) return;
    const grown = new Uint8Array(Math.max(needed, (this.#bits?.length ?? 0) * 2, 256));
    if (this.#bits) grown.set(this.#bits);
    this.#bits = grown;
  }
}

/** How many of the `count` bits from `start` are set. */
export function countSet(bits: Uint8Array, start: number, count: number): number {
  let total = 0;
  let at = start;
  const end = start + count;
  while (at < end && (at & 7) !== 0) total += bitAt(bits, at++);
  for (; at + 8 <= end; at += 8) total += POPCOUNT[bits[at >> 3]!]!;
  while (at < end) total += bitAt(bits, at++);
  return total;
}

/** Copies bits into a place whose bits are still 0. */
export function copyBits(
  target: Uint8Array,
  targetStart: number,
  source: Uint8Array,
  start: number,
  count: number,
): void {
  if ((targetStart & 7) === 0 && (start & 7) === 0) {
    const whole = count >> 3;
    target.set(source.subarray(start >> 3, (start >> 3) + whole), targetStart >> 3);
    for (let row = whole << 3; row < count; row++) {
      if (bitAt(source, start + row)) setBit(target, targetStart + row);
    }
    return;
  }
  for (let row = 0; row < count; row++) {
    if (bitAt(source, start + row)) setBit(target, targetStart + row);
  }
}

/** Sets `count` bits from `start`. */
export function setBits(bits: Uint8Array, start: number, count: number): void {
  let at = start;
  const end = start + count;
  while (at < end && (at & 7) !== 0) setBit(bits, at++);
  const wholeEnd = at + ((end - at) & ~7);
  bits.fill(255, at >> 3, wholeEnd >> 3);
  for (at = wholeEnd; at < end; at++) setBit(bits, at);
}

function setBit(bits: Uint8Array, at: number): void {
  bits[at >> 3]! |= 1 << (at & 7);
}

function bitAt(bits: Uint8Array, at: number): number {
  return (bits[at >> 3]! >> (at & 7)) & 1;
}

const POPCOUNT = Uint8Array.from({ length: 256 }, (_, byte) => {
  let total = 0;
  for (let rest = byte; rest > 0; rest &= rest - 1) total++;
  return total;
});
