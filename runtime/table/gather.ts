/** Takes chosen rows out of an Arrow column into new buffers, by loops over typed arrays.
 *  @module */
import { type Data, DataType, makeBuilder, makeData, Vector } from "apache-arrow";
import { bitmapBytes } from "./bitmap.ts";
import { byteWidth } from "./byte_width.ts";
import { ownRoom, type Room } from "./scratch.ts";

/** The rows of `data` that `rows` names, in that order, as a column of its own.
 *
 * @param rows indices from 0 below `data.length`
 * @param room where the column is to lie; in buffers of its own by default
 * @example
 * ```ts
 * import { vectorFromArray } from "apache-arrow";
 * import { gather } from "./gather.ts";
 * const column = vectorFromArray(["a", "b", "c"]).data[0]!;
 * gather(column, Int32Array.of(2, 0)).length; // 2
 * ``` */
export function gather(data: Data, rows: Int32Array, room: Room = ownRoom): Data {
  const { type } = data;
  const length = rows.length;
  if (length === 0 && !DataType.isDictionary(type)) return emptyData(type);
  const validity = gatherValidity(data, rows, room);
  if (DataType.isNull(type)) return makeData({ type, length });
  if (DataType.isBool(type)) {
    return makeData({
      type,
      length,
      ...validity,
      data: gatherBits(data.values, data.offset, rows, room),
    });
  }
  if (DataType.isDictionary(type)) {
    const dictionary = data.dictionary as Vector;
    const indices = gatherFixed(data.values, bytesPerElement(data.values), rows, room);
    return makeData({ type, length, ...validity, data: indices, dictionary });
  }
  const width = byteWidth(type);
  if (width !== undefined) {
    return makeData(
      { type, length, ...validity, data: gatherFixed(data.values, width, rows, room) } as never,
    );
  }
  return gatherVariable(data, rows, validity, room) ?? gatherOneByOne(data, rows);
}

/** No rows, with every buffer that writers expect of the type. */
export function emptyData(type: DataType): Data {
  return makeBuilder({ type }).finish().flush();
}

interface Validity {
  readonly nullBitmap: Uint8Array | undefined;
  readonly nullCount: number;
}

function gatherVariable(
  data: Data,
  rows: Int32Array,
  validity: Validity,
  room: Room,
): Data | undefined {
  const { type } = data;
  const length = rows.length;
  if (DataType.isStruct(type)) {
    const children = data.children.map((child) => gather(child, rows, room));
    return makeData({ type, length, ...validity, children });
  }
  if (DataType.isFixedSizeList(type)) {
    const child = gather(data.children[0]!, expanded(rows, type.listSize), room);
    return makeData({ type, length, ...validity, child } as never);
  }
  if (DataType.isList(type) || DataType.isMap(type) || type.typeId === LARGE_LIST) {
    const { valueOffsets, elements } = gatherLists(data.valueOffsets, rows);
    const child = gather(data.children[0]!, elements, room);
    return makeData({ type, length, ...validity, valueOffsets, child } as never);
  }
  const isBytes = DataType.isUtf8(type) || DataType.isBinary(type) || DataType.isLargeUtf8(type) ||
    DataType.isLargeBinary(type);
  if (!isBytes) return undefined;
  const gathered = gatherBytes(data.valueOffsets, data.values as Uint8Array, rows, room);
  return makeData({ type, length, ...validity, ...gathered } as never);
}

const LARGE_LIST = 21;

/** Types nobody wrote a loop for, such as unions: value by value. */
function gatherOneByOne(data: Data, rows: Int32Array): Data {
  const builder = makeBuilder({ type: data.type, nullValues: [null, undefined] });
  const vector = new Vector([data]);
  for (let row = 0; row < rows.length; row++) builder.append(vector.get(rows[row]!));
  return builder.finish().flush();
}

function gatherValidity(data: Data, rows: Int32Array, room: Room): Validity {
  if (data.nullCount === 0 || data.nullBitmap.length === 0) {
    return { nullBitmap: undefined, nullCount: 0 };
  }
  const nullBitmap = gatherBits(data.nullBitmap, data.offset, rows, room);
  let set = 0;
  for (let at = 0; at < nullBitmap.length; at++) {
    for (let rest = nullBitmap[at]!; rest > 0; rest &= rest - 1) set++;
  }
  return { nullBitmap, nullCount: rows.length - set };
}

function gatherBits(bits: Uint8Array, offset: number, rows: Int32Array, room: Room): Uint8Array {
  const gathered = room(bitmapBytes(rows.length)).fill(0);
  for (let row = 0; row < rows.length; row++) {
    const at = rows[row]! + offset;
    gathered[row >> 3]! |= ((bits[at >> 3]! >> (at & 7)) & 1) << (row & 7);
  }
  return gathered;
}

type Values = ArrayBufferView & { constructor: unknown };

function gatherFixed<Kind extends Values>(
  values: Kind,
  width: number,
  rows: Int32Array,
  room: Room,
): Kind {
  const { buffer, byteOffset, byteLength } = values;
  const { buffer: target, byteOffset: start } = room(rows.length * width);
  if (width % 4 === 0 && byteOffset % 4 === 0) {
    const words = width / 4;
    const from = new Int32Array(buffer, byteOffset, byteLength >> 2);
    gatherWords(from, new Int32Array(target, start, rows.length * words), words, rows);
  } else if (width === 2 && byteOffset % 2 === 0) {
    const from = new Int16Array(buffer, byteOffset, byteLength >> 1);
    gatherShorts(from, new Int16Array(target, start, rows.length), rows);
  } else {
    const from = new Uint8Array(buffer, byteOffset, byteLength);
    gatherUnits(from, new Uint8Array(target, start, rows.length * width), width, rows);
  }
  const Kind = values.constructor as {
    readonly BYTES_PER_ELEMENT: number;
    new (buffer: ArrayBuffer, start: number, length: number): Kind;
  };
  return new Kind(target, start, rows.length * width / Kind.BYTES_PER_ELEMENT);
}

/** Widths of 4, 8 and 16 bytes; each its own loop, since that is where the time goes. */
function gatherWords(from: Int32Array, to: Int32Array, words: number, rows: Int32Array): void {
  const length = rows.length;
  if (words === 1) {
    for (let row = 0; row < length; row++) to[row] = from[rows[row]!]!;
  } else if (words === 2) {
    for (let row = 0, at = 0; row < length; row++, at += 2) {
      const source = rows[row]! * 2;
      to[at] = from[source]!;
      to[at + 1] = from[source + 1]!;
    }
  } else gatherUnits(from, to, words, rows);
}

function gatherShorts(from: Int16Array, to: Int16Array, rows: Int32Array): void {
  for (let row = 0; row < rows.length; row++) to[row] = from[rows[row]!]!;
}

function gatherUnits<Units extends Int32Array | Uint8Array>(
  from: Units,
  to: Units,
  width: number,
  rows: Int32Array,
): void {
  for (let row = 0, at = 0; row < rows.length; row++) {
    const source = rows[row]! * width;
    for (let unit = 0; unit < width; unit++) to[at++] = from[source + unit]!;
  }
}

type Offsets = Int32Array | BigInt64Array;

function gatherBytes(offsets: Offsets, values: Uint8Array, rows: Int32Array, room: Room) {
  const from = narrow(offsets);
  const place = room((rows.length + 1) * 4);
  const to = new Int32Array(place.buffer, place.byteOffset, rows.length + 1);
  to[0] = 0;
  for (let row = 0; row < rows.length; row++) {
    const source = rows[row]!;
    to[row + 1] = to[row]! + from[source + 1]! - from[source]!;
  }
  const data = room(to[rows.length]!);
  for (let row = 0; row < rows.length;) {
    const first = row;
    const begin = from[rows[row]!]!;
    for (row++; row < rows.length && rows[row] === rows[row - 1]! + 1;) row++;
    copyBytes(values, begin, data, to[first]!, to[row]!);
  }
  return { valueOffsets: widened(offsets, to), data };
}

function copyBytes(
  from: Uint8Array,
  begin: number,
  to: Uint8Array,
  start: number,
  end: number,
): void {
  if (end - start > 64) to.set(from.subarray(begin, begin + end - start), start);
  else for (let at = start; at < end;) to[at++] = from[begin++]!;
}

function gatherLists(offsets: Offsets, rows: Int32Array) {
  const from = narrow(offsets);
  const to = new Int32Array(rows.length + 1);
  for (let row = 0; row < rows.length; row++) {
    const source = rows[row]!;
    to[row + 1] = to[row]! + from[source + 1]! - from[source]!;
  }
  const elements = new Int32Array(to[rows.length]!);
  for (let row = 0, at = 0; row < rows.length; row++) {
    const end = from[rows[row]! + 1]!;
    for (let element = from[rows[row]!]!; element < end;) elements[at++] = element++;
  }
  return { valueOffsets: widened(offsets, to), elements };
}

/** Offsets of 64 bits as 32, which is all that a JavaScript buffer of rows can need. */
export function narrow(offsets: Offsets): Int32Array {
  return offsets instanceof Int32Array ? offsets : Int32Array.from(offsets, Number);
}

function widened(like: Offsets, offsets: Int32Array): Offsets {
  return like instanceof Int32Array ? offsets : BigInt64Array.from(offsets, BigInt);
}

function expanded(rows: Int32Array, listSize: number): Int32Array {
  const elements = new Int32Array(rows.length * listSize);
  for (let row = 0, at = 0; row < rows.length; row++) {
    for (let element = 0; element < listSize; element++) {
      elements[at++] = rows[row]! * listSize + element;
    }
  }
  return elements;
}

function bytesPerElement(values: { BYTES_PER_ELEMENT: number }): number {
  return values.BYTES_PER_ELEMENT;
}
