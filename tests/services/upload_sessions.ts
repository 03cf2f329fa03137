/** Cloud Storage's resumable uploads as its documentation has them, in front of fake-gcs-server, which takes
 *  a question for what has arrived as the end of the upload. Whole objects are handed on to it, everything
 *  else goes through. Disposing of it ends it. @module */
import { createHash } from "node:crypto";

interface Session {
  readonly query: URLSearchParams;
  readonly path: string;
  readonly resource: string;
  readonly chunks: Uint8Array<ArrayBuffer>[];
  received: number;
  answer: Response | undefined;
}

/** Cloud Storage keeps whole quarters of a megabyte of a request that broke off. */
const KEPT = 2 ** 18;

export interface UploadFront extends AsyncDisposable {
  readonly url: string;
}

/** Serves in front of `target`. */
export function serveUploads(target: string): UploadFront {
  const sessions = new Map<string, Session>();
  const ending = new AbortController();
  const server = Deno.serve(
    { hostname: "127.0.0.1", port: 0, signal: ending.signal, onListen() {} },
    answer,
  );
  const own = `http://127.0.0.1:${server.addr.port}`;

  async function answer(request: Request): Promise<Response> {
    const url = new URL(request.url);
    const id = url.searchParams.get("upload_id");
    if (id !== null) return await converse(request, sessions.get(id));
    if (url.searchParams.get("uploadType") !== "resumable") return await passed(request, url);
    const made = createHash("sha1").update(crypto.randomUUID()).digest("hex");
    sessions.set(made, {
      query: new URLSearchParams(url.search),
      path: url.pathname,
      resource: await request.text(),
      chunks: [],
      received: 0,
      answer: undefined,
    });
    const location = `${own}${url.pathname}?uploadType=resumable&upload_id=${made}`;
    return new Response(null, { headers: { location } });
  }

  async function converse(request: Request, session: Session | undefined): Promise<Response> {
    if (session === undefined) return new Response("no such upload", { status: 404 });
    if (request.method === "DELETE") return new Response(null, { status: 499 });
    const [, start, total] = /^bytes (?:(\d+)-\d+|\*)\/(\d+|\*)$/
      .exec(request.headers.get("content-range") ?? "") ?? [];
    if (start !== undefined) {
      if (Number(start) !== session.received) return new Response("a gap", { status: 400 });
      await take(request, session);
    }
    if (session.answer) return session.answer.clone();
    if (total !== "*" && Number(total) === session.received) return await finish(session);
    const range = session.received > 0 ? { range: `bytes=0-${session.received - 1}` } : undefined;
    return new Response(null, { status: 308, ...range ? { headers: range } : {} });
  }

  async function finish(session: Session): Promise<Response> {
    const boundary = "the-front";
    const query = new URLSearchParams(session.query);
    query.set("uploadType", "multipart");
    const json = `--${boundary}\r\ncontent-type: application/json\r\n\r\n${session.resource}\r\n`;
    const answer = await fetch(`${target}${session.path}?${query}`, {
      method: "POST",
      headers: { "content-type": `multipart/related; boundary=${boundary}` },
      body: await new Blob([
        `${json}--${boundary}\r\ncontent-type: application/octet-stream\r\n\r\n`,
        ...session.chunks,
        `\r\n--${boundary}--\r\n`,
      ]).bytes(),
    });
    const body = await answer.text();
    session.answer = new Response(body, { status: answer.status });
    return session.answer.clone();
  }

  async function passed(request: Request, url: URL): Promise<Response> {
    const { method, headers } = request;
    const body = request.body === null ? null : await request.bytes();
    return await fetch(`${target}${url.pathname}${url.search}`, { method, headers, body });
  }

  return {
    url: own,
    async [Symbol.asyncDispose]() {
      ending.abort();
      await server.finished;
    },
  };
}

/** Keeps what comes, also of a request that breaks off. */
async function take(request: Request, session: Session): Promise<void> {
  const came: Uint8Array<ArrayBuffer>[] = [];
  let isWhole = false;
  try {
    for await (const chunk of request.body ?? []) came.push(chunk);
    isWhole = true;
  } catch {
    // the sender asks how much arrived
  }
  const bytes = await new Blob(came).bytes();
  const promised = Number(request.headers.get("content-length") ?? bytes.length);
  const whole = isWhole && bytes.length === promised;
  const kept = whole ? bytes : bytes.slice(0, Math.floor(bytes.length / KEPT) * KEPT);
  session.chunks.push(kept);
  session.received += kept.length;
}
