/** Dictionary columns as the plain columns they stand for. @module */
import { type Data, DataType, makeBuilder, makeData, type Vector } from "apache-arrow";
import { bitmapBytes, copyBits } from "./bitmap.ts";
import { gather } from "./gather.ts";

/** The column with every index replaced by its value; other columns as they are. */
export function withoutDictionary(data: Data): Data {
  if (!DataType.isDictionary(data.type)) return data;
  const words = withoutDictionary(singleChunk(data.dictionary as Vector));
  if (words.length === 0) return allNull(words.type, data.length);
  const isValid = validityOf(data);
  const rows = new Int32Array(data.length);
  for (let row = 0; row < data.length; row++) {
    if (isValid(row)) rows[row] = Number(data.values[row]!);
  }
  const plain = gather(words, rows);
  if (data.nullCount === 0) return plain;
  return withNulls(plain, (row) => isValid(row) && words.getValid(rows[row]!));
}

function singleChunk(dictionary: Vector): Data {
  const [first, ...others] = dictionary.data;
  if (first && others.length === 0) return first;
  const builder = makeBuilder({ type: dictionary.type, nullValues: [null, undefined] });
  for (const value of dictionary) builder.append(value);
  return builder.finish().flush();
}

function validityOf(data: Data): (row: number) => boolean {
  if (data.nullCount === 0) return () => true;
  return (row) => data.getValid(row);
}

function withNulls(data: Data, isValid: (row: number) => boolean): Data {
  const nullBitmap = new Uint8Array(bitmapBytes(data.length));
  let nullCount = 0;
  for (let row = 0; row < data.length; row++) {
    if (isValid(row)) nullBitmap[row >> 3]! |= 1 << (row & 7);
    else nullCount++;
  }
  const buffers = [data.buffers[0], data.buffers[1], nullBitmap, data.buffers[3]];
  return data.clone(data.type, 0, data.length, nullCount, buffers as never);
}

function allNull(type: DataType, length: number): Data {
  const builder = makeBuilder({ type, nullValues: [null, undefined] });
  for (let row = 0; row < length; row++) builder.append(null);
  return length === 0 ? makeData({ type, length: 0 } as never) : builder.finish().flush();
}

/** The column's validity as bits that begin at the first row; undefined where all have values. */
export function validityBits(data: Data, start: number, count: number): Uint8Array | undefined {
  if (data.nullCount === 0 || data.nullBitmap.length === 0) return undefined;
  const bits = new Uint8Array(bitmapBytes(count));
  copyBits(bits, 0, data.nullBitmap, data.offset + start, count);
  return bits;
}
