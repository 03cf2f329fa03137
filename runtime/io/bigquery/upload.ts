/** Sends a file by Google's resumable uploads: a broken connection goes on where the server stands. @module */
import { ApiError, errorFrom } from "./api_error.ts";
import { send, type Sender, tryAgain } from "./request.ts";

/** Pieces are whole multiples of it. */
const UNIT = 2 ** 18;

/** Where a file goes, and what the server is told of it first. */
export interface Upload {
  readonly url: string;
  /** Sent as JSON when the upload is begun. */
  readonly description: unknown;
  readonly file: string;
  readonly signal: AbortSignal | undefined;
}

/** The server's JSON when the whole file has arrived.
 *
 * @throws {ApiError} when the server refuses, or goes away for good. */
export async function uploadFile<Answer>(sender: Sender, upload: Upload): Promise<Answer> {
  using file = await Deno.open(upload.file, { read: true });
  const { size } = await file.stat();
  const session = await tryAgain(sender, () => begin(sender, upload, size), upload.signal);
  let sent = 0;
  const most = Math.max(1, Math.floor(sender.retry.pieceBytes / UNIT)) * UNIT;
  for (;;) {
    const before = sent;
    const outcome = await tryAgain(sender, async (attempt) => {
      if (attempt > 1) {
        const standing = await arrived<Answer>(sender, session, size, upload.signal);
        // what moved bytes on begins its tries anew
        if (typeof standing !== "number" || standing > before) return standing;
        sent = standing;
      }
      return await sendPiece<Answer>(
        sender,
        session,
        await pieceOf(file, sent, Math.min(most, size - sent)),
        {
          sent,
          size,
          signal: upload.signal,
        },
      );
    }, upload.signal);
    if (typeof outcome !== "number") return outcome.answer;
    if (outcome <= before) throw new ApiError("the server takes no more of the file", 502, "");
    sent = outcome;
  }
}

interface Whole<Answer> {
  readonly answer: Answer;
}

async function begin(sender: Sender, { url, description, signal }: Upload, size: number) {
  const response = await send(sender, url, {
    method: "POST",
    headers: {
      "content-type": "application/json",
      "x-upload-content-type": "application/octet-stream",
      "x-upload-content-length": String(size),
    },
    body: JSON.stringify(description),
    signal,
  });
  if (!response.ok) throw await errorFrom(response);
  await response.body?.cancel();
  const session = response.headers.get("location");
  if (session === null) throw new ApiError("the server began no upload", 502, "");
  return session;
}

async function pieceOf(file: Deno.FsFile, from: number, bytes: number) {
  const piece = new Uint8Array(bytes);
  await file.seek(from, Deno.SeekMode.Start);
  for (let at = 0; at < piece.length;) {
    const read = await file.read(piece.subarray(at));
    if (read === null) throw new Error("the file that is uploaded was cut short meanwhile");
    at += read;
  }
  return piece;
}

async function sendPiece<Answer>(
  sender: Sender,
  session: string,
  piece: Uint8Array<ArrayBuffer>,
  { sent, size, signal }: { sent: number; size: number; signal: AbortSignal | undefined },
): Promise<number | Whole<Answer>> {
  const range = piece.length === 0 ? "*" : `${sent}-${sent + piece.length - 1}`;
  const response = await send(sender, session, {
    method: "PUT",
    headers: { "content-range": `bytes ${range}/${size}` },
    body: piece,
    signal,
  });
  return await standingOf<Answer>(response);
}

/** How far the file has arrived. */
async function arrived<Answer>(
  sender: Sender,
  session: string,
  size: number,
  signal: AbortSignal | undefined,
): Promise<number | Whole<Answer>> {
  const response = await send(sender, session, {
    method: "PUT",
    headers: { "content-range": `bytes */${size}` },
    signal,
  });
  return await standingOf<Answer>(response);
}

async function standingOf<Answer>(response: Response): Promise<number | Whole<Answer>> {
  if (response.status === 308) {
    await response.body?.cancel();
    const last = /-(\d+)$/.exec(response.headers.get("range") ?? "")?.[1];
    return last === undefined ? 0 : Number(last) + 1;
  }
  if (!response.ok) throw await errorFrom(response);
  try {
    return { answer: await response.json() as Answer };
  } catch (cause) {
    throw new ApiError("the answer to an upload broke off", 0, "", { cause });
  }
}
