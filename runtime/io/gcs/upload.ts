/** Uploads bytes of any length as one object that appears whole or not at all: in one request where they
 *  are few, else in a session that goes on behind what has arrived. Memory holds one piece. @module */
import { basename } from "../../context/paths.ts";
import { currentScope } from "../../context/scope.ts";
import { ProgressReport } from "../progress_report.ts";
import { Crc32c } from "./crc32c.ts";
import { type GsPath, gsText } from "./gs_path.ts";
import { type ApiObject, deleteObject, type GsObject, objectOf, statObject } from "./objects.ts";
import { openSession } from "./resumable.ts";
import type { StorageClient } from "./storage_client.ts";
import { StorageError } from "./storage_error.ts";

export interface UploadOptions {
  /** Writes only over this generation; `"0"` where there must be none. */
  readonly ifGeneration?: string | undefined;
  /** Kept with the object. */
  readonly metadata?: Readonly<Record<string, string>>;
  /** For the progress, where it is known. */
  readonly size?: number | undefined;
}

/** Pieces are whole multiples of it. */
const UNIT = 2 ** 18;
/** Marks a write, so that one whose answer got lost is known as ours. */
const WRITE_MARK = "sluice_write";

/** Uploads `source` to `path`.
 *
 * @throws {StorageError} with status 412 where another generation stands there than `ifGeneration` says;
 *   nothing is written where it throws */
export async function upload(
  client: StorageClient,
  path: GsPath,
  source: AsyncIterable<Uint8Array>,
  options: UploadOptions = {},
): Promise<GsObject> {
  const doing = `Cannot write ${gsText(path)}`;
  const { pieceBytes } = client.retry;
  const mark = crypto.randomUUID();
  const sum = new Crc32c();
  const progress = new ProgressReport(`uploading ${basename(path.name)}`, "bytes", options.size);
  const resource = { name: path.name, metadata: { ...options.metadata, [WRITE_MARK]: mark } };
  const target = { path, doing, resource, ifGeneration: options.ifGeneration };
  let session: Awaited<ReturnType<typeof openSession>> | undefined;
  let object: GsObject | undefined;
  try {
    for await (const { bytes, start, isLast } of pieces(source, pieceBytes, options.size)) {
      currentScope()?.run.signal.throwIfAborted();
      sum.update(bytes);
      if (isLast && start === 0 && bytes.length <= pieceBytes / 2) {
        object = await single(client, target, bytes, sum.base64());
      } else {
        session ??= await openSession(client, target);
        object = await session.send(bytes, start, isLast ? sum.base64() : undefined);
      }
      progress.update(start + bytes.length);
      if (isLast) progress.finish(start + bytes.length);
    }
  } catch (failure) {
    const ours = isConflict(failure) ? await written(client, path, mark) : undefined;
    if (ours === undefined) {
      await session?.cancel();
      throw failure;
    }
    object = ours;
  }
  return await checked(client, object!, sum.base64(), doing);
}

/** Uploads a local file. */
export async function uploadFile(
  client: StorageClient,
  path: GsPath,
  file: string,
  options: UploadOptions = {},
): Promise<GsObject> {
  const { size } = await Deno.stat(file);
  return await upload(client, path, bytesOf(file), { size, ...options });
}

/** What an upload asks for. */
export interface UploadTarget {
  readonly path: GsPath;
  readonly doing: string;
  readonly resource: Readonly<Record<string, unknown>>;
  readonly ifGeneration: string | undefined;
}

/** Where uploads to a bucket begin. */
export function uploadUrl({ bucket }: GsPath): string {
  return `/upload/storage/v1/b/${encodeURIComponent(bucket)}/o`;
}

async function single(
  client: StorageClient,
  { path, doing, resource, ifGeneration }: UploadTarget,
  bytes: Uint8Array,
  crc32c: string,
): Promise<GsObject> {
  const boundary = `sluice-${crypto.randomUUID()}`;
  const head = `--${boundary}\r\ncontent-type: application/json; charset=UTF-8\r\n\r\n` +
    `${JSON.stringify({ ...resource, crc32c })}\r\n` +
    `--${boundary}\r\ncontent-type: application/octet-stream\r\n\r\n`;
  const response = await client.request(uploadUrl(path), {
    method: "POST",
    doing,
    query: { uploadType: "multipart", name: path.name, ifGenerationMatch: ifGeneration },
    headers: { "content-type": `multipart/related; boundary=${boundary}` },
    body: joined(encoder.encode(head), bytes, encoder.encode(`\r\n--${boundary}--\r\n`)),
  });
  return objectOf(path.bucket, await response.json() as ApiObject);
}

const encoder = new TextEncoder();

function joined(...pieces: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const all = new Uint8Array(pieces.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const piece of pieces) {
    all.set(piece, at);
    at += piece.length;
  }
  return all;
}

function isConflict(failure: unknown): boolean {
  return failure instanceof StorageError && failure.status === 412;
}

/** The object where it is the one that carries our mark: the answer to an earlier try was lost. */
async function written(
  client: StorageClient,
  path: GsPath,
  mark: string,
): Promise<GsObject | undefined> {
  const standing = await statObject(client, path, `Cannot read ${gsText(path)}`);
  return standing?.metadata[WRITE_MARK] === mark ? standing : undefined;
}

/** Cloud Storage refuses bytes that do not match their sum; an answer with another sum is not trusted. */
async function checked(
  client: StorageClient,
  object: GsObject,
  crc32c: string,
  doing: string,
): Promise<GsObject> {
  if (object.crc32c === undefined || object.crc32c === crc32c) return object;
  await deleteObject(client, object, object.generation);
  throw new StorageError(
    `${doing}: the bytes were damaged on their way (CRC32C ${object.crc32c}, sent ${crc32c}); run it again`,
    0,
    "damaged",
  );
}

interface Piece {
  readonly bytes: Uint8Array;
  readonly start: number;
  readonly isLast: boolean;
}

/** Cuts a source into pieces of one size, the last shorter; an empty source is one empty piece. */
async function* pieces(
  source: AsyncIterable<Uint8Array>,
  most: number,
  size = most,
): AsyncGenerator<Piece> {
  const pieceBytes = Math.max(1, Math.ceil(Math.min(most, size) / UNIT)) * UNIT;
  let buffer = new Uint8Array(pieceBytes);
  let filled = 0;
  let start = 0;
  for await (const chunk of source) {
    for (let at = 0; at < chunk.length;) {
      if (filled === pieceBytes) {
        yield { bytes: buffer, start, isLast: false };
        start += filled;
        buffer = new Uint8Array(pieceBytes);
        filled = 0;
      }
      const count = Math.min(chunk.length - at, pieceBytes - filled);
      buffer.set(chunk.subarray(at, at + count), filled);
      filled += count;
      at += count;
    }
  }
  yield { bytes: buffer.subarray(0, filled), start, isLast: true };
}

async function* bytesOf(path: string): AsyncGenerator<Uint8Array> {
  using file = await Deno.open(path);
  const buffer = new Uint8Array(2 ** 20);
  for (;;) {
    const count = await file.read(buffer);
    if (count === null) return;
    yield buffer.subarray(0, count);
  }
}
