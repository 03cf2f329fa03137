/** Starts a program in a session of its own: Ctrl-C in a terminal does not reach it. @module */

/** Deno detaches by a fork of itself, which stops it for 3 to 20 ms; this program, part of every Linux,
 *  takes one and keeps the process's id. */
const SETSID = "/usr/bin/setsid";

let hasSetsid: boolean | undefined;

/** The process, with pipes for its input and outputs.
 *
 * @example
 * ```ts
 * import { spawnDetached } from "./spawn_detached.ts";
 * const child = spawnDetached("echo", ["hello"]);
 * await child.stdin.close();
 * console.log((await child.output()).success); // true
 * ``` */
export function spawnDetached(program: string, args: readonly string[]): Deno.ChildProcess {
  const pipes = { stdin: "piped", stdout: "piped", stderr: "piped" } as const;
  hasSetsid ??= isFile(SETSID);
  return hasSetsid
    ? new Deno.Command(SETSID, { args: [program, ...args], ...pipes }).spawn()
    : new Deno.Command(program, { args: [...args], ...pipes, detached: true }).spawn();
}

function isFile(path: string): boolean {
  try {
    return Deno.build.os === "linux" && Deno.statSync(path).isFile;
  } catch {
    return false;
  }
}
