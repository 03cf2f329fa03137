/** What a notebook says of itself in words, where its metadata has no description. @module */
import type { NotebookCell } from "./notebook.ts";

/** The first paragraph of the notebook's first Markdown cell, or its heading where that is all.
 *
 * @example
 * ```ts
 * import { describedBy } from "./described_by.ts";
 * import { parseNotebook } from "./parse_notebook.ts";
 * const cell = { cell_type: "markdown", metadata: {}, source: "# Taxi\n\nLoads trips.\n" };
 * const { cells } = parseNotebook(JSON.stringify({ nbformat: 4, cells: [cell] }), "/data/n.ipynb");
 * console.log(describedBy(cells)); // Loads trips.
 * ``` */
export function describedBy(cells: readonly NotebookCell[]): string | undefined {
  const words = cells.find(({ type }) => type === "markdown")?.source ?? "";
  const paragraphs = words.split(/\n\s*\n|(?<=^#.*)\n/m).map((text) => text.trim());
  const isHeading = (text: string) => /^#{1,6}\s/.test(text);
  const isText = (text: string) => text !== "" && !/^(#|```|\||!\[|<|---)/.test(text);
  const paragraph = paragraphs.find(isText) ?? paragraphs.find(isHeading)?.replace(/^#+\s+/, "");
  return paragraph?.replace(/\s+/g, " ");
}
