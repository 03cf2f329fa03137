/** A table as a small HTML table, for notebooks and run pages. @module */
import { describeTable, type PreviewOptions, sampleRows } from "./preview.ts";
import type { Table } from "./table.ts";
import { typeName } from "./type_name.ts";

/** The table as HTML: a head with names and types, the first and last rows, the size below. */
export function previewHtml(
  table: Table<unknown>,
  { rows = 10 }: Pick<PreviewOptions, "rows"> = {},
): string {
  const heads = table.schema.fields.map((field) =>
    `<th>${escaped(field.name)}<br><small>${escaped(typeName(field))}</small></th>`
  );
  const body = sampleRows(table, rows).cells.map((row) => {
    const cells = row ?? table.schema.fields.map(() => "…");
    return `<tr>${cells.map((cell) => `<td>${escaped(cell)}</td>`).join("")}</tr>`;
  });
  return [
    `<table><thead><tr>${heads.join("")}</tr></thead>`,
    `<tbody>${body.join("")}</tbody></table>`,
    `<p>${escaped(describeTable(table))}</p>`,
  ].join("");
}

function escaped(text: string): string {
  return text.replace(/&/g, "&amp;").replace(/</g, "&lt;").replace(/>/g, "&gt;");
}
