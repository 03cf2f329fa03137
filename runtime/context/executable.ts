/** What this process is where it is an executable that `compile` made: its pipelines are inside it, compiled,
 *  and no notebook is read. Said once, by the executable's entry, before anything else. @module */

/** A pipeline inside of the executable. */
export interface EmbeddedPipeline {
  /** The notebook's path from the project's folder, with `/` between its parts. */
  readonly notebook: string;
  /** The file name of its compiled module, which lies beside the entry. It changes with what it holds. */
  readonly name: string;
  readonly module: () => Promise<{ readonly default: unknown }>;
  /** What the compiler knows of it. */
  readonly compiled: () => Promise<{ readonly default: unknown }>;
}

/** What an executable holds. */
export interface Executable {
  /** Where its entry lies: an absolute path without `/` at its end. */
  readonly entryFolder: string;
  /** Where that lies of the project's folder which was embedded. */
  readonly projectFolder: string;
  readonly pipelines: readonly EmbeddedPipeline[];
  /** The program and its first arguments, by which the executable starts itself again. */
  readonly command: readonly [program: string, ...args: string[]];
}

/** The first argument by which an executable is told to execute a run. */
export const EXECUTE_RUN = "execute-run";

let known: Executable | undefined;

/** Makes this process that executable; a second call changes nothing.
 *
 * @example
 * ```ts
 * import { becomeExecutable, executable } from "./executable.ts";
 * becomeExecutable({
 *   entryFolder: "/unpacked/.sluice/compile",
 *   projectFolder: "/unpacked",
 *   pipelines: [],
 *   command: ["/srv/pipelines"],
 * });
 * console.log(executable()?.projectFolder); // "/unpacked"
 * ``` */
export function becomeExecutable(parts: Executable): void {
  known ??= parts;
}

/** What the executable holds; undefined where Sluice runs from its sources. */
export function executable(): Executable | undefined {
  return known;
}

/** How a person calls a command: `deno task runs`, or `./pipelines runs` of an executable of that name.
 *
 * @example
 * ```ts
 * import { calledAs } from "./executable.ts";
 * console.log(calledAs("runs")); // deno task runs
 * ``` */
export function calledAs(command: string): string {
  if (!known) return `deno task ${command}`;
  const [program] = known.command;
  return `./${program.slice(program.lastIndexOf("/") + 1)} ${command}`;
}
