/** How numbers of each Arrow width become Postgres's: big-endian, widened where the column is wider. @module */
import { type Data, DataType, Precision } from "apache-arrow";
import { Oid } from "../oids.ts";
import type { FixedWidth, Put, PutAll } from "./fixed_encoder.ts";
import { UnfitValue } from "./row_block.ts";

/** Booleans: Arrow has a bit, Postgres a byte. */
export function putBool(data: Data): FixedWidth {
  const bits = data.values as Uint8Array;
  const { offset } = data;
  const put: Put = ({ bytes }, at, row) => {
    const bit = offset + row;
    bytes[at] = (bits[bit >> 3]! >> (bit & 7)) & 1;
  };
  return { width: 1, put };
}

/** Integers of up to 32 bits as int2, int4 or int8, and 64-bit ones as int8. */
export function putInteger(data: Data, oid: number): FixedWidth {
  const values = data.values;
  if (values instanceof BigInt64Array) {
    const halves = halvesOf(data);
    return { width: 8, put: putHalves(halves), putAll: putAllHalves(halves) };
  }
  if (oid === Oid.int2) {
    const put: Put = ({ view }, at, row) => view.setInt16(at, values[row]);
    return { width: 2, put, putAll: putAllShorts(values) };
  }
  if (oid === Oid.int4) {
    const put: Put = ({ view }, at, row) => view.setInt32(at, values[row]);
    return { width: 4, put, putAll: putAllInts(values) };
  }
  const put: Put = ({ view }, at, row) => {
    const value: number = values[row];
    view.setInt32(at, value < 0 ? -1 : 0);
    view.setInt32(at + 4, value);
  };
  return { width: 8, put };
}

/** Floats as float4 or float8; half floats are widened. */
export function putFloat(data: Data, oid: number): FixedWidth {
  const values: { readonly [row: number]: number } = isHalf(data)
    ? new Float16Array(data.values.buffer, data.values.byteOffset, data.values.length)
    : data.values;
  if (oid === Oid.float4) {
    return { width: 4, put: ({ view }, at, row) => view.setFloat32(at, values[row]!) };
  }
  const put: Put = ({ view }, at, row) => view.setFloat64(at, values[row]!);
  return { width: 8, put, putAll: putAllFloats(values) };
}

/** Bytes of one width as they are, as uuids have them. */
export function putBytes(data: Data, width: number): FixedWidth {
  const values = data.values as Uint8Array;
  const put: Put = ({ bytes }, at, row) => {
    for (let i = 0, from = row * width; i < width; i++) bytes[at + i] = values[from + i]!;
  };
  return { width, put };
}

/** 64-bit values as pairs of 32-bit halves, low one first: faster than bigints. */
export function halvesOf(data: Data): Int32Array {
  const { buffer, byteOffset, byteLength } = data.values;
  return new Int32Array(buffer, byteOffset, byteLength >> 2);
}

function putHalves(halves: Int32Array): Put {
  return ({ view }, at, row) => {
    view.setInt32(at, halves[2 * row + 1]!);
    view.setInt32(at + 4, halves[2 * row]!);
  };
}

type Numbers = { readonly [row: number]: number };

function putAllShorts(values: Numbers): PutAll {
  return ({ view, places }, start, count) => {
    for (let i = 0; i < count; i++) {
      const at = places[i]!;
      view.setInt32(at, 2);
      view.setInt16(at + 4, values[start + i]!);
      places[i] = at + 6;
    }
  };
}

function putAllInts(values: Numbers): PutAll {
  return ({ view, places }, start, count) => {
    for (let i = 0; i < count; i++) {
      const at = places[i]!;
      view.setInt32(at, 4);
      view.setInt32(at + 4, values[start + i]!);
      places[i] = at + 8;
    }
  };
}

function putAllFloats(values: Numbers): PutAll {
  return ({ view, places }, start, count) => {
    for (let i = 0; i < count; i++) {
      const at = places[i]!;
      view.setInt32(at, 8);
      view.setFloat64(at + 4, values[start + i]!);
      places[i] = at + 12;
    }
  };
}

function putAllHalves(halves: Int32Array): PutAll {
  return ({ view, places }, start, count) => {
    for (let i = 0, half = 2 * start; i < count; i++, half += 2) {
      const at = places[i]!;
      view.setInt32(at, 8);
      view.setInt32(at + 4, halves[half + 1]!);
      view.setInt32(at + 8, halves[half]!);
      places[i] = at + 12;
    }
  };
}

function isHalf(data: Data): boolean {
  return DataType.isFloat(data.type) && data.type.precision === Precision.HALF;
}

/** Writes a bigint of 64 bits. */
export function put64(block: { view: DataView }, at: number, row: number, value: bigint): void {
  if (BigInt.asIntN(64, value) !== value) {
    throw new UnfitValue(row, `${value} takes more than 64 bits`);
  }
  block.view.setBigInt64(at, value);
}
