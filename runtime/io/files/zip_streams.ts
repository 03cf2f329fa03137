/** What compresses and decompresses, by Node's zlib. Loaded where a file is compressed: zlib and streams take
 *  20 ms to load. @module */
import { createReadStream, createWriteStream } from "node:fs";
import { Writable } from "node:stream";
import { pipeline } from "node:stream/promises";
import zlib from "node:zlib";
import type { Compression } from "./compression.ts";

/** The ways of compressing. */
export type Zip = Exclude<Compression, "none">;

const CHUNK = 2 ** 18;

/** The bytes that are compressed in the file. */
export function unzipped(path: string, zip: Zip): AsyncIterable<Uint8Array> {
  const file = createReadStream(path, { highWaterMark: CHUNK });
  const unzip = unzipper(zip);
  file.on("error", (failure) => unzip.destroy(failure));
  unzip.on("close", () => file.destroy());
  return file.pipe(unzip);
}

/** Reads a compressed file to its end, which checks length and sums.
 *
 * @throws node:zlib's error where it is truncated or damaged. */
export async function unzipWhole(path: string, zip: Zip): Promise<void> {
  const nowhere = new Writable({ write: (_chunk, _encoding, done) => done() });
  await pipeline(createReadStream(path, { highWaterMark: CHUNK }), unzipper(zip), nowhere);
}

/** Compresses a file into another by gzip. */
export async function gzipFile(from: string, to: string): Promise<void> {
  await pipeline(
    createReadStream(from, { highWaterMark: CHUNK }),
    zlib.createGzip({ chunkSize: CHUNK }),
    createWriteStream(to, { highWaterMark: CHUNK }),
  );
}

/** A few bytes, compressed. */
export function zipped(bytes: Uint8Array, zip: Zip): Uint8Array {
  return zip === "gzip" ? zlib.gzipSync(bytes) : zlib.zstdCompressSync(bytes);
}

function unzipper(zip: Zip) {
  return zip === "gzip"
    ? zlib.createGunzip({ chunkSize: CHUNK })
    : zlib.createZstdDecompress({ chunkSize: CHUNK });
}
