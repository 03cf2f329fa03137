/** Lines up cells under headings: what `list`, `runs` and the demo print. @module */
import { type Paint, plain } from "./style.ts";

export interface Column {
  readonly heading: string;
  readonly align?: "left" | "right";
}

/** The lines of a table, without borders: columns two spaces apart, as wide as their longest cell.
 * Cells may carry escape codes; only what is seen counts as width.
 *
 * @example
 * ```ts
 * import { textTable } from "./text_table.ts";
 * console.log(textTable([{ heading: "PIPELINE" }], [["taxi"]]).join("\n"));
 * ``` */
export function textTable(
  columns: readonly Column[],
  rows: readonly (readonly string[])[],
  { paint = plain }: { paint?: Paint } = {},
): string[] {
  const widths = columns.map(({ heading }, index) =>
    Math.max(heading.length, ...rows.map((row) => shownWidth(row[index] ?? "")))
  );
  const line = (cells: readonly string[]) =>
    cells.map((cell, index) => {
      const gap = " ".repeat(Math.max(0, (widths[index] ?? 0) - shownWidth(cell)));
      return columns[index]?.align === "right" ? gap + cell : cell + gap;
    }).join("  ").trimEnd();
  return [
    line(columns.map(({ heading }) => paint("quiet", heading))),
    ...rows.map(line),
  ];
}

/** How many characters of a text are seen: escape codes are not. */
export function shownWidth(text: string): number {
  // deno-lint-ignore no-control-regex -- escape codes are what is looked for
  return [...text.replace(/\u001b\[[0-9;]*m/g, "")].length;
}
