/** Which compression a file has, and whether its compressed stream is whole: DuckDB takes a truncated
 *  gzip or zstd file for a shorter one and checks no sums. @module */
import { createReadStream } from "node:fs";
import { Writable } from "node:stream";
import { pipeline } from "node:stream/promises";
import zlib from "node:zlib";
import { checkZstdFrames } from "./zstd_frames.ts";

export type Compression = "none" | "gzip" | "zstd";

const CHUNK = 2 ** 18;

/** The compression that a file's first bytes show.
 *
 * @throws {Error} where its name says another. */
export function compressionOf(name: string, head: Uint8Array): Compression {
  const seen = magicOf(head);
  const named = compressionNamed(name);
  if (named !== "none" && named !== seen && head.length > 0) {
    throw new Error(
      `Cannot read ${name}: its name says ${named}, but it is not ${named} data; is it a complete download?`,
    );
  }
  return seen;
}

/** The compression that a name's ending asks for. */
export function compressionNamed(name: string): Compression {
  if (/\.gz$/i.test(name)) return "gzip";
  return /\.zst$/i.test(name) ? "zstd" : "none";
}

function magicOf(head: Uint8Array): Compression {
  if (head[0] === 0x1f && head[1] === 0x8b) return "gzip";
  return head[0] === 0x28 && head[1] === 0xb5 && head[2] === 0x2f && head[3] === 0xfd
    ? "zstd"
    : "none";
}

/** The file's bytes, decompressed. */
export function readDecompressed(
  path: string,
  compression: Compression,
): AsyncIterable<Uint8Array> {
  const file = createReadStream(path, { highWaterMark: CHUNK });
  if (compression === "none") return file;
  const decompress = decompressor(compression);
  file.on("error", (failure) => decompress.destroy(failure));
  decompress.on("close", () => file.destroy());
  return file.pipe(decompress);
}

/** Reads a compressed file to its end and checks length and sums.
 *
 * @throws {Error} naming the file, where it is truncated or damaged. */
export async function checkWhole(
  path: string,
  name: string,
  compression: Compression,
): Promise<void> {
  if (compression === "none") return;
  if (compression === "zstd") await checkZstdFrames(path, name);
  const nowhere = new Writable({ write: (_chunk, _encoding, done) => done() });
  try {
    const file = createReadStream(path, { highWaterMark: CHUNK });
    await pipeline(file, decompressor(compression), nowhere);
  } catch (cause) {
    throw damaged(name, compression, cause);
  }
}

/** Whether an error of node:zlib says that the data is damaged. */
export function isDamage(failure: unknown): boolean {
  const code = (failure as { code?: unknown }).code;
  return typeof code === "string" && /^(Z_|ZSTD_)/.test(code);
}

/** The error for a compressed file that node:zlib could not read. */
export function damaged(name: string, compression: Compression, cause: unknown): unknown {
  if (!isDamage(cause)) return cause;
  const isCut = (cause as { code?: unknown }).code === "Z_BUF_ERROR";
  return new Error(
    `Cannot read ${name}: the ${compression} data is ${
      isCut ? "truncated" : "damaged"
    }; get the file again`,
    { cause },
  );
}

function decompressor(compression: "gzip" | "zstd") {
  return compression === "gzip"
    ? zlib.createGunzip({ chunkSize: CHUNK })
    : zlib.createZstdDecompress({ chunkSize: CHUNK });
}
