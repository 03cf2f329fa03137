/** Reads a notebook's file, or says why it cannot be one. @module */
import { calledAs } from "../context/executable.ts";
import { basename } from "../context/paths.ts";
import { CompileError, CompileErrors } from "./compile_error.ts";

/** The bytes of the notebook at `path`, which is absolute.
 *
 * @throws {CompileErrors} when it cannot be read or is a folder. */
export async function readNotebook(path: string): Promise<Uint8Array<ArrayBuffer>> {
  try {
    return await Deno.readFile(path);
  } catch (cause) {
    throw fileError(path, await reasonOf(path, cause), { cause });
  }
}

/** The text of a notebook's bytes.
 *
 * @throws {CompileErrors} when the bytes are no text. */
export function notebookText(bytes: Uint8Array, path: string): string {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch (cause) {
    throw fileError(path, "is not text but binary, so no notebook; give a .ipynb file", { cause });
  }
}

/** One error about the file as a whole. */
export function fileError(path: string, text: string, options?: ErrorOptions): CompileErrors {
  return new CompileErrors([new CompileError(path, {}, text, options)]);
}

async function reasonOf(path: string, cause: unknown): Promise<string> {
  if (cause instanceof Deno.errors.NotFound) {
    return `there is no such notebook; check the path (\`${
      calledAs("list")
    }\` shows the project's)`;
  }
  if (cause instanceof Deno.errors.PermissionDenied) {
    return "may not be read; give yourself the right to read it";
  }
  const isFolder = await Deno.stat(path).then((info) => info.isDirectory, () => false);
  if (isFolder) return `is a folder; give a notebook in it, such as ${basename(path)}/name.ipynb`;
  return `cannot be read: ${cause instanceof Error ? cause.message : cause}`;
}
