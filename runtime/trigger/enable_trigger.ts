/** Switches a trigger on or off in triggers.yaml: the word itself is changed, all else stays as it was written.
 *  @module */
import type { Document, Node, YAMLMap } from "yaml";
import { triggerOf } from "./fire.ts";
import type { Trigger } from "./trigger.ts";
import { editTriggers, loadTriggers, type TriggersFile } from "./triggers_file.ts";

export interface EnableOptions {
  readonly projectFolder: string;
  /** Of the file that the change was made for; as it is now unless given. */
  readonly etag?: string | undefined;
}

/** Sets a trigger's `enabled`; gives the trigger as it is then, and the whole file.
 *
 * @throws {RequestError} where there is no such trigger without problems
 * @throws {StaleFileError} where the file is another one by now
 *
 * @example
 * ```ts
 * import { enableTrigger } from "./enable_trigger.ts";
 * const projectFolder = await Deno.makeTempDir();
 * await enableTrigger("nightly", true, { projectFolder }).catch(({ message }) => console.log(message));
 * // Cannot find trigger nightly; triggers.yaml has none
 * await Deno.remove(projectFolder, { recursive: true });
 * ``` */
export async function enableTrigger(
  name: string,
  isEnabled: boolean,
  { projectFolder, etag }: EnableOptions,
): Promise<{ readonly trigger: Trigger; readonly file: TriggersFile }> {
  const before = await loadTriggers(projectFolder);
  triggerOf(before, name);
  const file = await editTriggers(
    projectFolder,
    etag ?? before.etag,
    (text, document) => withEnabled(text, { document, name, isEnabled }),
  );
  return { trigger: triggerOf(file, name), file };
}

function withEnabled(
  text: string,
  { document, name, isEnabled }: {
    readonly document: Document;
    readonly name: string;
    readonly isEnabled: boolean;
  },
): string {
  const written = document.getIn(["triggers", name, "enabled"], true) as Node | undefined;
  if (written?.range) {
    return text.slice(0, written.range[0]) + isEnabled + text.slice(written.range[1]);
  }
  const { flow, items } = document.getIn(["triggers", name], true) as YAMLMap<Node>;
  const at = items[0]?.key.range?.[0] ?? 0;
  const indent = text.slice(text.lastIndexOf("\n", at - 1) + 1, at);
  const between = flow ? ", " : `\n${indent}`;
  return `${text.slice(0, at)}enabled: ${isEnabled}${between}${text.slice(at)}`;
}
