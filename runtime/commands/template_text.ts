/** Reads what `new` and `init` start from. @module */

/** The text of a file in `templates/`; `fetch` reads it from a disk and from an address alike.
 *
 * @example
 * ```ts
 * import { templateText } from "./template_text.ts";
 * console.log((await templateText("blank.ipynb")).includes("PIPELINE")); // true
 * ``` */
export async function templateText(path: string): Promise<string> {
  const response = await fetch(new URL(`./templates/${path}`, import.meta.url));
  if (!response.ok) throw new Error(`Cannot read the template ${path}: status ${response.status}`);
  return await response.text();
}
