/** Makes one executable of the server, the command line and some pipelines. @module */
import { basename, dirname, join } from "node:path";
import { RequestError } from "../run/request_error.ts";
import { loadSettings } from "../trigger/settings.ts";
import { callCompiler } from "./call_compiler.ts";
import { embeddedFiles } from "./embedded_files.ts";
import { writeEntry } from "./write_entry.ts";

export interface ExecutableOptions {
  /** The project's folder, absolute. */
  readonly project: string;
  /** Where the executable is to lie: an absolute path. */
  readonly output: string;
}

/** The executable that was made. */
export interface MadeExecutable {
  readonly path: string;
  readonly bytes: number;
}

/** Makes the executable; one that is there is replaced once the new one is whole.
 *
 * @throws {CompileErrors} where a notebook does not compile.
 * @throws {RequestError} where the place cannot be written.
 * @throws {Error} where Deno cannot build it. */
export async function makeExecutable(
  notebooks: readonly string[],
  { project, output }: ExecutableOptions,
): Promise<MadeExecutable> {
  await checkOutput(output);
  const id = crypto.randomUUID();
  const folder = join(project, ".sluice", "tmp", `executable-${id}`);
  const beside = join(dirname(output), `.${basename(output)}-${id}`);
  try {
    const written = await writeEntry(notebooks, { project, folder });
    const [files, { limits }] = await Promise.all([
      embeddedFiles(written, project),
      loadSettings(project),
    ]);
    const { maxHeapMb } = limits;
    // Deno removes what is there before it knows whether it can build.
    await callCompiler({ entry: written.entry, output: beside, maxHeapMb, ...files });
    await Deno.rename(beside, output);
  } catch (error) {
    await Deno.remove(beside).catch(() => {});
    throw error;
  } finally {
    await Deno.remove(folder, { recursive: true }).catch(() => {}); // It could not be made.
  }
  return { path: output, bytes: (await Deno.stat(output)).size };
}

/** Asked before minutes are spent. */
async function checkOutput(output: string): Promise<void> {
  const name = basename(output);
  const folder = dirname(output);
  if (name.replace(/\.[^.]+$/, "") === "sluice") {
    throw new RequestError(
      `Cannot make ${output}: an executable unpacks itself into a folder of its name, and .sluice is ` +
        "where projects keep their state; give it another name with --output",
    );
  }
  const found = await Deno.stat(output).catch(() => undefined);
  if (found?.isDirectory) {
    throw new RequestError(
      `Cannot make ${output}: there is a folder of that name; write a file's path`,
    );
  }
  try {
    await Deno.remove(await Deno.makeTempFile({ dir: folder, prefix: `.${name}-` }));
  } catch (cause) {
    const why = cause instanceof Deno.errors.NotFound
      ? `there is no folder ${folder}; make it first`
      : `${folder} may not be written; choose another with --output`;
    throw new RequestError(`Cannot make ${output}: ${why}`, { cause });
  }
}
