/** triggers.yaml: read and checked as a whole, and changed without losing its comments. @module */
import { join } from "../context/paths.ts";
import type { Document } from "yaml";
import { checkPipeline } from "./check_pipeline.ts";
import { readTrigger, TRIGGER_KEYS } from "./read_trigger.ts";
import type { Trigger } from "./trigger.ts";
import { Fields, parseYamlFile, type Problem } from "./yaml_fields.ts";

export const TRIGGERS_FILE = "triggers.yaml";

/** What the file says now. */
export interface TriggersFile {
  /** In the file's order; those with problems are left out. */
  readonly triggers: readonly Trigger[];
  readonly problems: readonly Problem[];
  /** False where the file is not YAML at all, and says nothing about any trigger. */
  readonly isReadable: boolean;
  /** Changes with every change of the file; empty where there is none. */
  readonly etag: string;
}

/** Reads the project's triggers.yaml; a project without one has no triggers.
 *
 * @throws {Error} where the file is there and cannot be read.
 *
 * @example
 * ```ts
 * import { loadTriggers } from "./triggers_file.ts";
 * const project = await Deno.makeTempDir();
 * await Deno.writeTextFile(`${project}/triggers.yaml`, "triggers:\n  a: { pipline: b }\n");
 * const { problems } = await loadTriggers(project);
 * console.log(problems[0]?.text);
 * // triggers.yaml, line 2:8: unknown key `pipline` in `a`; did you mean `pipeline`?
 * await Deno.remove(project, { recursive: true });
 * ``` */
export async function loadTriggers(projectFolder: string): Promise<TriggersFile> {
  return await fileOf(await readText(projectFolder), projectFolder);
}

/** Changes the text of the file, which is given as a YAML document too; gives what it says then. Written
 * beside and renamed: nobody reads half of it.
 *
 * @param etag of the file that the change was made for
 * @throws {StaleFileError} where the file has been changed since; {Error} where the change would leave the
 *   file with problems that it did not have. */
export async function editTriggers(
  projectFolder: string,
  etag: string,
  change: (text: string, document: Document) => string,
): Promise<TriggersFile> {
  const text = await readText(projectFolder);
  const before = await fileOf(text, projectFolder);
  if (before.etag !== etag) throw new StaleFileError();
  const old = text ?? "triggers: {}\n";
  const file = await parseYamlFile(TRIGGERS_FILE, old);
  if (file.problems[0]) throw new Error(`Cannot change ${file.problems[0].text}`);
  const changed = change(old, file.document);
  const after = await triggersFrom(changed, projectFolder);
  const added = after.problems.find(({ text }) =>
    !before.problems.some((old) => old.text === text)
  );
  if (after.problems.length > before.problems.length && added) {
    throw new Error(`Cannot change ${added.text}`);
  }
  await replaceFile(join(projectFolder, TRIGGERS_FILE), changed);
  return after;
}

/** The file was changed by somebody else since it was read. */
export class StaleFileError extends Error {
  override readonly name = "StaleFileError";
  constructor() {
    super(`Cannot change ${TRIGGERS_FILE}: it was changed meanwhile; read it again and repeat`);
  }
}

async function readText(projectFolder: string): Promise<string | undefined> {
  try {
    return await Deno.readTextFile(join(projectFolder, TRIGGERS_FILE));
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return undefined;
    const message = (error as Error).message;
    throw new Error(`Cannot read ${TRIGGERS_FILE}: ${message}`, { cause: error });
  }
}

async function fileOf(text: string | undefined, projectFolder: string): Promise<TriggersFile> {
  if (text === undefined) return { triggers: [], problems: [], isReadable: true, etag: "" };
  return await triggersFrom(text, projectFolder);
}

async function triggersFrom(text: string, projectFolder: string): Promise<TriggersFile> {
  const etag = await hashOf(text);
  const file = await parseYamlFile(TRIGGERS_FILE, text);
  const { document, problems } = file;
  if (problems.length > 0) return { triggers: [], problems, isReadable: false, etag };
  if (document.contents === null) return { triggers: [], problems, isReadable: true, etag };
  const root = Fields.of(file, document.contents, { path: "", keys: ["triggers"] });
  const isEmpty = !root || root.plain("triggers") === null;
  const all = isEmpty ? undefined : root.fields("triggers", undefined, "");
  const triggers: Trigger[] = [];
  for (const name of all?.keys ?? []) {
    const countBefore = problems.length;
    if (!/^[a-z][a-z0-9_]*$/.test(name)) {
      all?.reportKey(name, `a trigger cannot be called \`${name}\`; write it in snake_case`);
    }
    const fields = all?.fields(name, TRIGGER_KEYS);
    const trigger = fields && await readTrigger(name, fields);
    if (trigger && fields) await checkPipeline(trigger, fields, projectFolder);
    if (trigger && problems.length === countBefore) triggers.push(trigger);
  }
  return { triggers, problems, isReadable: true, etag };
}

/** Through a link to the file that it names, keeping that file's mode. */
async function replaceFile(path: string, text: string): Promise<void> {
  const target = await Deno.realPath(path).catch(() => path);
  const mode = await Deno.stat(target).then((info) => info.mode, () => null);
  const beside = `${target}.${crypto.randomUUID().slice(0, 8)}.tmp`;
  try {
    await Deno.writeTextFile(beside, text, mode === null ? {} : { mode: mode & 0o777 });
    await Deno.rename(beside, target);
  } catch (error) {
    await Deno.remove(beside).catch(() => {});
    throw new Error(`Cannot write ${path}: ${(error as Error).message}`, { cause: error });
  }
}

async function hashOf(text: string): Promise<string> {
  const hash = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text));
  return new Uint8Array(hash).toHex().slice(0, 32);
}
