/** One resumable upload: pieces in order, each sent again from where the server has it. @module */
import { type ApiObject, type GsObject, objectOf } from "./objects.ts";
import type { StorageClient } from "./storage_client.ts";
import { StorageError } from "./storage_error.ts";
import { type UploadTarget, uploadUrl } from "./upload.ts";

/** A session that the server holds for a week. */
export interface UploadSession {
  /** Sends a piece; `crc32c` of all bytes comes with the last one, and the object comes back for it. */
  send(bytes: Uint8Array, start: number, crc32c: string | undefined): Promise<GsObject | undefined>;
  /** Lets the server forget what it has. */
  cancel(): Promise<void>;
}

/** The server has so many bytes, or the whole object. */
type Arrived = { readonly bytes: number } | { readonly object: GsObject };

/** Begins an upload. */
export async function openSession(
  client: StorageClient,
  { path, doing, resource, ifGeneration }: UploadTarget,
): Promise<UploadSession> {
  const response = await client.request(uploadUrl(path), {
    method: "POST",
    doing,
    query: { uploadType: "resumable", name: path.name, ifGenerationMatch: ifGeneration },
    headers: {
      "content-type": "application/json; charset=UTF-8",
      "x-upload-content-type": "application/octet-stream",
    },
    body: JSON.stringify(resource),
  });
  await response.body?.cancel();
  const location = response.headers.get("location");
  if (location === null) {
    throw new StorageError(`${doing}: Cloud Storage began no upload`, response.status, "");
  }
  const url = throughEndpoint(location, client);

  /** Asks what has arrived, or sends what has not. */
  async function put(headers: Record<string, string>, body: Uint8Array): Promise<Arrived> {
    const answer = await client.once(url, {
      method: "PUT",
      doing,
      headers,
      body: body as Uint8Array<ArrayBuffer>,
      accept: [308],
    });
    if (answer.status !== 308) {
      return { object: objectOf(path.bucket, await answer.json() as ApiObject) };
    }
    await answer.body?.cancel();
    const [, last] = /bytes=0-(\d+)/.exec(answer.headers.get("range") ?? "") ?? [];
    return { bytes: last === undefined ? 0 : Number(last) + 1 };
  }

  async function send(bytes: Uint8Array, start: number, crc32c: string | undefined) {
    const end = start + bytes.length;
    const total = crc32c === undefined ? "*" : String(end);
    const hash: Record<string, string> = crc32c === undefined
      ? {}
      : { "x-goog-hash": `crc32c=${crc32c}` };
    let arrived = start;
    let before = start;
    return await client.retrying(doing, async (tries) => {
      before = arrived;
      if (tries > 1) {
        const state = await put({ "content-range": `bytes */${total}` }, new Uint8Array(0));
        if ("object" in state) return state.object;
        arrived = placeWithin(state.bytes, start, end, doing);
      }
      while (arrived < end || (crc32c !== undefined && bytes.length === 0)) {
        const range = bytes.length === 0 ? "*" : `${arrived}-${end - 1}`;
        const state = await put(
          { ...hash, "content-range": `bytes ${range}/${total}` },
          bytes.subarray(arrived - start),
        );
        if ("object" in state) return state.object;
        if (state.bytes <= arrived) throw new TypeError("the server took nothing");
        arrived = placeWithin(state.bytes, start, end, doing);
      }
      if (crc32c === undefined) return undefined;
      const state = await put({ ...hash, "content-range": `bytes */${total}` }, new Uint8Array(0));
      if ("object" in state) return state.object;
      throw new TypeError("the server does not end the upload");
    }, () => arrived > before);
  }

  async function cancel(): Promise<void> {
    // the server forgets it by itself where this does not reach it
    await fetch(url, { method: "DELETE", headers: await client.headers() })
      .then((answer) => answer.body?.cancel(), () => {});
  }
  return { send, cancel };
}

function placeWithin(bytes: number, start: number, end: number, doing: string): number {
  if (bytes >= start && bytes <= end) return bytes;
  throw new StorageError(
    `${doing}: the server has ${bytes} bytes where ${start} to ${end} were expected; run it again`,
    0,
    "lost bytes",
  );
}

/** An emulator may name its own address where the profile goes another way. */
function throughEndpoint(location: string, { endpoint, profile }: StorageClient): string {
  const url = new URL(location, endpoint);
  return profile.storageEndpoint === undefined
    ? url.href
    : `${endpoint}${url.pathname}${url.search}`;
}
