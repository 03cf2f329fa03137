/** Which compression a file has, and whether its compressed stream is whole: DuckDB takes a truncated
 *  gzip or zstd file for a shorter one and checks no sums. @module */
import { atFirstUse } from "../../context/at_first_use.ts";
import { checkZstdFrames } from "./zstd_frames.ts";

export type Compression = "none" | "gzip" | "zstd";

const CHUNK = 2 ** 18;

const zipping = atFirstUse(() => import("./zip_streams.ts"));

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
export async function* readDecompressed(
  path: string,
  compression: Compression,
): AsyncGenerator<Uint8Array, void, undefined> {
  if (compression === "none") yield* bytesOf(path);
  else yield* (await zipping()).unzipped(path, compression);
}

/** The next bytes are read while those before are worked on. */
async function* bytesOf(path: string): AsyncGenerator<Uint8Array, void, undefined> {
  using file = await Deno.open(path);
  const read = async () => {
    const buffer = new Uint8Array(CHUNK);
    const count = await file.read(buffer);
    return count === null ? undefined : buffer.subarray(0, count);
  };
  let ahead = read();
  try {
    for (let bytes = await ahead; bytes; bytes = await ahead) {
      ahead = read();
      ahead.catch(() => {}); // it is thrown when its turn comes
      yield bytes;
    }
  } finally {
    await Promise.allSettled([ahead]); // the file is not closed under a read
  }
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
  try {
    await (await zipping()).unzipWhole(path, compression);
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
