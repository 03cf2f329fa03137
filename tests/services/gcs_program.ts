/** The program of a real server of Cloud Storage's protocol: fake-gcs-server, built once by Go into
 *  `.sluice/gcs-tests`. @module */
import { join, resolve } from "node:path";
import type { Tool } from "./tools.ts";

const VERSION = "v1.56.1";
const PACKAGE = `github.com/fsouza/fake-gcs-server@${VERSION}`;
const FOLDER = resolve(import.meta.dirname!, "..", "..", ".sluice", "gcs-tests", VERSION);
const GO_PLACES = ["go", "/usr/local/go/bin/go", "/usr/lib/go/bin/go"];

/** The server's path; the first call of a machine builds it, which takes some minutes. */
export async function gcsProgram(): Promise<Tool<string>> {
  const program = join(FOLDER, "fake-gcs-server");
  if (await exists(program)) return { found: program };
  const go = await findGo();
  if (go === undefined) return { install: "Go 1.25 or newer (Debian: golang)" };
  await Deno.mkdir(FOLDER, { recursive: true });
  // test files run side by side: the first builds, the others wait for it
  using lock = await Deno.open(`${FOLDER}.lock`, { write: true, create: true });
  await lock.lock(true);
  if (await exists(program)) return { found: program };
  console.error(`building fake-gcs-server ${VERSION} into .sluice, once; it takes some minutes …`);
  const { success, stderr } = await new Deno.Command(go, {
    args: ["install", "-ldflags", "-s -w", PACKAGE],
    env: { GOBIN: FOLDER, CGO_ENABLED: "0" },
    stdin: "null",
    stdout: "null",
  }).output();
  if (success) return { found: program };
  const said = new TextDecoder().decode(stderr).trim().split("\n").at(-1);
  return { install: `fake-gcs-server, which Go cannot build (${said})` };
}

async function findGo(): Promise<string | undefined> {
  for (const go of GO_PLACES) {
    const ran = await new Deno.Command(go, { args: ["version"], stdout: "null", stderr: "null" })
      .output().catch(() => undefined);
    if (ran?.success) return go;
  }
  return undefined;
}

function exists(path: string): Promise<boolean> {
  return Deno.stat(path).then(() => true, () => false);
}
