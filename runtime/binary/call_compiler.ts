/** Calls `deno compile`, and says in one line what it lacks. @module */
import { dirname } from "node:path";
import type { EmbeddedFiles } from "./embedded_files.ts";

export interface CompilerCall extends EmbeddedFiles {
  /** Absolute paths. */
  readonly entry: string;
  readonly output: string;
  /** What a process of the executable may take of memory for JavaScript; V8's own limit unless given. */
  readonly maxHeapMb: number | undefined;
}

/** Builds the executable.
 *
 * @throws {Error} where Deno cannot get its runtime, or does not compile the entry. */
export async function callCompiler(
  { entry, output, include, exclude, maxHeapMb }: CompilerCall,
): Promise<void> {
  const { success, stderr } = await new Deno.Command(Deno.execPath(), {
    args: [
      "compile",
      "--no-check",
      "--allow-all",
      "--no-prompt",
      // DuckDB's library must lie beside its addon, as a file that the system can load.
      "--self-extracting",
      "--exclude-unused-npm",
      ...maxHeapMb === undefined ? [] : [`--v8-flags=--max-old-space-size=${maxHeapMb}`],
      ...include.map((path) => `--include=${path}`),
      ...exclude.map((path) => `--exclude=${path}`),
      `--output=${output}`,
      entry,
    ],
    // Where the entry's configuration lies.
    cwd: dirname(entry),
    env: { NO_COLOR: "1" },
    stdin: "null",
    stdout: "null",
  }).output();
  if (!success) throw failure(new TextDecoder().decode(stderr));
}

function failure(said: string): Error {
  const cause = new Error(said.trim());
  const given = Deno.env.get("DENORT_BIN");
  if (given && said.includes("Could not find denort")) {
    return new Error(
      `Cannot make the executable: DENORT_BIN names ${given}, which cannot be read; ` +
        "name the file denort of this Deno's release there",
      { cause },
    );
  }
  if (/Setting up base binary|denort-/.test(said)) {
    return new Error(
      `Cannot make the executable: Deno ${Deno.version.deno} cannot fetch its runtime for ` +
        "executables, denort; fetch it where there is a network, and name its file in DENORT_BIN",
      { cause },
    );
  }
  const line = said.split("\n").find((text) => text.startsWith("error: ")) ?? lastLine(said);
  return new Error(
    `Cannot make the executable: deno compile failed: ${line.replace(/^error: /, "")}`,
    { cause },
  );
}

function lastLine(text: string): string {
  return text.trim().split("\n").at(-1) ?? "";
}
