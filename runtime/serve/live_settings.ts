/** sluice.yaml as it is now: read again only where it was saved. @module */
import { join } from "node:path";
import { fileStamp } from "../trigger/file_stamp.ts";
import { loadSettings, type Settings, SETTINGS_FILE } from "../trigger/settings.ts";

/** Gives the project's settings; each call looks whether the file is another one by now.
 *
 * @param onProblem told of each problem of the file, once for each time that it was saved
 *
 * @example
 * ```ts
 * import { liveSettings } from "./live_settings.ts";
 * const project = await Deno.makeTempDir();
 * const settings = liveSettings(project, console.error);
 * console.log((await settings()).limits.runs); // 8
 * await Deno.writeTextFile(`${project}/sluice.yaml`, "limits: { runs: 2 }\n");
 * console.log((await settings()).limits.runs); // 2
 * await Deno.remove(project, { recursive: true });
 * ``` */
export function liveSettings(
  projectFolder: string,
  onProblem: (text: string) => void,
): () => Promise<Settings> {
  let read: { readonly stamp: string; readonly settings: Promise<Settings> } | undefined;
  return async () => {
    const stamp = fileStamp(join(projectFolder, SETTINGS_FILE));
    if (read?.stamp === stamp) return await read.settings;
    const settings = loadSettings(projectFolder);
    read = { stamp, settings };
    for (const { text } of (await settings).problems) onProblem(text);
    return await settings;
  };
}
