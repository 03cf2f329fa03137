/** Writes an answer's body behind what earlier answers brought. @module */
import { ProgressReport } from "../progress_report.ts";
import { displayUrl } from "./display_url.ts";
import { Fault, faultOfStatus } from "./fault.ts";

/** The state of a download between its requests. */
export interface Part {
  received: number;
  total: number | undefined;
  /** A strong ETag or a Last-Modified: what lets a server prove that the file has not changed. */
  validator: string | undefined;
}

/** Appends `response` to `file`, or writes it from the start where it does not continue `part`.
 *
 * @throws {Fault} for a bad status or a body that ends too early. */
export async function saveBody(
  response: Response,
  file: string,
  part: Part,
  { url, onBytes }: { readonly url: URL; readonly onBytes: () => void },
): Promise<void> {
  if (!response.ok || response.body === null) {
    await response.body?.cancel();
    if (response.status !== 416) throw faultOfStatus(response);
    restart(part);
    throw new Fault("the server could not resume the download");
  }
  if (!continues(response, part)) begin(response, part);
  const progress = new ProgressReport(displayUrl(url), "bytes", part.total);
  using target = await openAt(file, part.received);
  for await (const chunk of response.body) {
    onBytes();
    await writeAll(target, chunk);
    part.received += chunk.length;
    progress.update(part.received);
  }
  progress.end(part.received);
  if (part.total !== undefined && part.received !== part.total) {
    throw new Fault(`the connection ended after ${part.received} of ${part.total} bytes`);
  }
}

function continues(response: Response, part: Part): boolean {
  if (response.status !== 206) return false;
  const [, start, total] = /^bytes (\d+)-\d+\/(\d+|\*)$/
    .exec(response.headers.get("content-range") ?? "") ?? [];
  if (Number(start) === part.received && (total === "*" || Number(total) === part.total)) {
    return true;
  }
  restart(part);
  throw new Fault("the server resumed the download at another place");
}

function begin({ headers }: Response, part: Part): void {
  part.received = 0;
  const isEncoded = (headers.get("content-encoding") ?? "identity") !== "identity";
  const length = headers.get("content-length");
  part.total = isEncoded || length === null ? undefined : Number(length);
  const etag = headers.get("etag");
  const strong = etag?.startsWith("W/") ? undefined : etag ?? undefined;
  part.validator = isEncoded ? undefined : strong ?? headers.get("last-modified") ?? undefined;
}

function restart(part: Part): void {
  part.received = 0;
  part.validator = undefined;
}

async function openAt(file: string, offset: number): Promise<Deno.FsFile> {
  const target = await Deno.open(file, { create: true, write: true });
  try {
    await target.truncate(offset);
    await target.seek(offset, Deno.SeekMode.Start);
    return target;
  } catch (failure) {
    target.close();
    throw failure;
  }
}

async function writeAll(target: Deno.FsFile, bytes: Uint8Array): Promise<void> {
  for (let written = 0; written < bytes.length;) {
    written += await target.write(bytes.subarray(written));
  }
}
