/** Appends to formats whose files may follow one another: CSV and JSON lines, also compressed, for
 *  gzip and zstd files may be concatenated. @module */
import { createReadStream, createWriteStream } from "node:fs";
import { open } from "node:fs/promises";
import { pipeline } from "node:stream/promises";
import zlib from "node:zlib";
import { type Compression, compressionNamed, readDecompressed } from "./compression.ts";

/** Copies `previous` to `staged` and puts behind it what `write` writes.
 *
 * @returns what `write` returns: the rows */
export async function appendBytes(
  previous: string,
  staged: string,
  write: (path: string) => Promise<number>,
): Promise<number> {
  const more = `${staged}.more`;
  const rows = await write(more);
  const compression = compressionNamed(previous);
  await Deno.copyFile(previous, staged);
  if (await lacksLastNewline(previous, compression)) {
    await Deno.writeFile(staged, newline(compression), { append: true });
  }
  await pipeline(createReadStream(more), createWriteStream(staged, { flags: "a" }));
  return rows;
}

async function lacksLastNewline(path: string, compression: Compression): Promise<boolean> {
  if (compression === "none") {
    const file = await open(path);
    try {
      const { size } = await file.stat();
      const { buffer } = await file.read(new Uint8Array(1), 0, 1, Math.max(0, size - 1));
      return size > 0 && buffer[0] !== 10;
    } finally {
      await file.close();
    }
  }
  let last = 10;
  for await (const chunk of readDecompressed(path, compression)) last = chunk.at(-1) ?? last;
  return last !== 10;
}

function newline(compression: Compression): Uint8Array {
  const text = new TextEncoder().encode("\n");
  if (compression === "gzip") return zlib.gzipSync(text);
  return compression === "zstd" ? zlib.zstdCompressSync(text) : text;
}
