/** Walks the frames and blocks of a zstd file without decompressing them (RFC 8878, section 3): the
 *  decompressors at hand take a file that ends early for a shorter one. @module */

const FRAME = 0xfd2fb528;
const SKIPPABLE = 0x184d2a50;

/** Checks that a zstd file ends where its last frame does.
 *
 * @throws {Error} naming the file, where it is truncated. */
export async function checkZstdFrames(path: string, name: string): Promise<void> {
  using file = await Deno.open(path);
  const { size } = await file.stat();
  try {
    for (let at = 0; at < size;) at = await frameEnd(file, at, size);
  } catch (cause) {
    if (!(cause instanceof RangeError)) throw cause;
    throw new Error(`Cannot read ${name}: the zstd data is truncated; get the file again`, {
      cause,
    });
  }
}

async function frameEnd(file: Deno.FsFile, start: number, size: number): Promise<number> {
  const head = await bytesAt(file, start, Math.min(18, size - start));
  if (head.byteLength < 8) throw new RangeError("ends inside a frame's header");
  const magic = head.getUint32(0, true);
  if ((magic & 0xfffffff0) >>> 0 === SKIPPABLE) {
    return within(start + 8 + head.getUint32(4, true), size);
  }
  if (magic !== FRAME) throw new RangeError("holds something other than a frame");
  const descriptor = head.getUint8(4);
  const isSingle = (descriptor & 0x20) !== 0;
  const hasSum = (descriptor & 0x04) !== 0;
  const dictionary = [0, 1, 2, 4][descriptor & 3]!;
  const content = [isSingle ? 1 : 0, 2, 4, 8][descriptor >> 6]!;
  let at = start + 5 + (isSingle ? 0 : 1) + dictionary + content;
  for (let isLast = false; !isLast;) {
    const block = await bytesAt(file, at, 3);
    const header = block.getUint16(0, true) | (block.getUint8(2) << 16);
    isLast = (header & 1) === 1;
    const isRepeated = ((header >> 1) & 3) === 1;
    at = within(at + 3 + (isRepeated ? 1 : header >> 3), size);
  }
  return within(at + (hasSum ? 4 : 0), size);
}

async function bytesAt(file: Deno.FsFile, offset: number, length: number): Promise<DataView> {
  const bytes = new Uint8Array(length);
  await file.seek(offset, Deno.SeekMode.Start);
  for (let filled = 0; filled < length;) {
    const count = await file.read(bytes.subarray(filled));
    if (count === null) throw new RangeError("ends inside a frame");
    filled += count;
  }
  return new DataView(bytes.buffer);
}

function within(offset: number, size: number): number {
  if (offset > size) throw new RangeError("ends inside a frame");
  return offset;
}
