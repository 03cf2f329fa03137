/** Appends to formats whose files may follow one another: CSV and JSON lines, also compressed, for
 *  gzip and zstd files may be concatenated. @module */
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
    await Deno.writeFile(staged, await newline(compression), { append: true });
  }
  using behind = await Deno.open(more);
  await Deno.writeFile(staged, behind.readable, { append: true });
  return rows;
}

async function lacksLastNewline(path: string, compression: Compression): Promise<boolean> {
  if (compression === "none") {
    using file = await Deno.open(path);
    const { size } = await file.stat();
    await file.seek(Math.max(0, size - 1), Deno.SeekMode.Start);
    const last = new Uint8Array(1);
    return await file.read(last) === 1 && last[0] !== 10;
  }
  let last = 10;
  for await (const chunk of readDecompressed(path, compression)) last = chunk.at(-1) ?? last;
  return last !== 10;
}

async function newline(compression: Compression): Promise<Uint8Array> {
  const text = new TextEncoder().encode("\n");
  if (compression === "none") return text;
  const { zipped } = await import("./zip_streams.ts");
  return zipped(text, compression);
}
