/** CRC32C, the sum that Cloud Storage keeps of every object. Eight bytes a turn, by eight tables. @module */

const POLYNOMIAL = 0x82f63b78;
const TABLES = tables();

/** A sum that grows with its bytes.
 *
 * @example
 * ```ts
 * import { Crc32c } from "./crc32c.ts";
 * const sum = new Crc32c();
 * sum.update(new TextEncoder().encode("123456789"));
 * console.log(sum.base64()); // 4waSgw==
 * ``` */
export class Crc32c {
  #crc = 0xffffffff;

  update(bytes: Uint8Array): void {
    let crc = this.#crc;
    let at = 0;
    const [t0, t1, t2, t3, t4, t5, t6, t7] = TABLES;
    for (const end = bytes.length - 7; at < end; at += 8) {
      const low = crc ^
        (bytes[at]! | bytes[at + 1]! << 8 | bytes[at + 2]! << 16 | bytes[at + 3]! << 24);
      crc = t7[low & 255]! ^ t6[low >>> 8 & 255]! ^ t5[low >>> 16 & 255]! ^ t4[low >>> 24]! ^
        t3[bytes[at + 4]!]! ^ t2[bytes[at + 5]!]! ^ t1[bytes[at + 6]!]! ^ t0[bytes[at + 7]!]!;
    }
    for (; at < bytes.length; at++) crc = t0[(crc ^ bytes[at]!) & 255]! ^ crc >>> 8;
    this.#crc = crc;
  }

  /** As Cloud Storage writes it: big-endian, in base 64. */
  base64(): string {
    const view = new DataView(new ArrayBuffer(4));
    view.setUint32(0, ~this.#crc >>> 0);
    return new Uint8Array(view.buffer).toBase64();
  }
}

type Eight<T> = [T, T, T, T, T, T, T, T];

function tables(): Eight<Int32Array> {
  const all = Array.from({ length: 8 }, () => new Int32Array(256)) as Eight<Int32Array>;
  for (let byte = 0; byte < 256; byte++) {
    let crc = byte;
    for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? crc >>> 1 ^ POLYNOMIAL : crc >>> 1;
    all[0][byte] = crc;
  }
  for (let byte = 0; byte < 256; byte++) {
    for (let index = 1; index < 8; index++) {
      const before = all[index - 1]![byte]!;
      all[index]![byte] = all[0][before & 255]! ^ before >>> 8;
    }
  }
  return all;
}

/** The sum of a file. */
export async function crc32cOfFile(path: string): Promise<string> {
  const sum = new Crc32c();
  using file = await Deno.open(path);
  const buffer = new Uint8Array(2 ** 20);
  for (;;) {
    const count = await file.read(buffer);
    if (count === null) return sum.base64();
    sum.update(buffer.subarray(0, count));
  }
}
