/** The process of the kernel inside. @module */
import { FRONT_VARIABLE } from "../host/protocol.ts";
import type { ConnectionFile } from "../wire/connection_file.ts";

const STDERR_CHARS = 2000;

/** A started process. */
export interface Process {
  /** Settles, with the reason in words, when it is gone. */
  readonly ended: Promise<string>;
  kill(): void;
}

/** Starts `deno jupyter` on `connection` in the folder `cwd`. */
export async function startProcess(connection: ConnectionFile, cwd: string): Promise<Process> {
  const folder = await Deno.makeTempDir({ prefix: "sluice-kernel-" });
  const file = `${folder}/connection.json`;
  await Deno.writeTextFile(file, JSON.stringify(connection), { mode: 0o600 });
  const child = new Deno.Command(Deno.execPath(), {
    args: ["jupyter", "--quiet", "--kernel", "--conn", file],
    cwd,
    env: { DENO_NO_UPDATE_CHECK: "1", [FRONT_VARIABLE]: `${Deno.pid}` },
    stdin: "null",
    stdout: "null",
    stderr: "piped",
  }).spawn();
  const said = lastWords(child.stderr);
  const ended = child.status.then(async ({ code, signal }) => {
    await Deno.remove(folder, { recursive: true }).catch(() => {});
    const words = (await said).trim();
    return `it ended with ${signal ?? `code ${code}`}${words === "" ? "" : `\n${words}`}`;
  });
  return {
    ended,
    kill() {
      try {
        child.kill("SIGKILL");
      } catch {
        // It is gone already.
      }
    },
  };
}

/** The end of what a stream says; reading keeps it from filling up. */
async function lastWords(stream: ReadableStream<Uint8Array<ArrayBuffer>>): Promise<string> {
  let text = "";
  for await (const chunk of stream.pipeThrough(new TextDecoderStream())) {
    text = (text + chunk).slice(-STDERR_CHARS);
  }
  return text;
}
