/** A table as compact HTML: a head that tells what each column holds, the first and last rows, the
 *  row count. It takes its colours from the page, light or dark. @module */
import { describeTable, sampleRows } from "../preview.ts";
import type { Table } from "../table.ts";
import { type ColumnSummary, isSampled, summariseColumns } from "./column_summary.ts";
import { STYLE } from "./table_style.ts";

const ROWS = 10;
const COLUMNS = 60;
const BAR_WIDTH = 5;
const BAR_HEIGHT = 18;

/** The table as HTML for a notebook's output or a page.
 *
 * @example
 * ```ts
 * import { tableFromRows } from "sluice";
 * import { tableHtml } from "./table_html.ts";
 * const html = tableHtml(tableFromRows([{ zone: "Newark", fare: 8.5 }]));
 * console.log(html.includes("Newark")); // true
 * ``` */
export function tableHtml(table: Table<unknown>): string {
  const shown = table.numCols > COLUMNS
    ? table.selectAt(Array.from({ length: COLUMNS }, (_, index) => index))
    : table;
  const columns = summariseColumns(shown);
  const { cells } = sampleRows(shown, ROWS);
  const head = Math.ceil(ROWS / 2);
  const body = cells.map((row, at) => {
    const isTail = cells.includes(undefined) && at > head;
    return rowHtml(row, columns, isTail ? table.numRows - cells.length + at + 1 : at + 1);
  });
  return [
    `<div class="sluice-table"><style>${STYLE}</style><div class="sluice-scroll"><table>`,
    `<thead><tr><th></th>${columns.map(headHtml).join("")}</tr></thead>`,
    `<tbody>${body.join("")}</tbody></table></div>`,
    `<p>${notes(table).map(escaped).join(" · ")}</p></div>`,
  ].join("");
}

function notes(table: Table<unknown>): readonly string[] {
  return [
    describeTable(table),
    ...(table.numCols > COLUMNS ? [`the first ${COLUMNS} columns are shown`] : []),
    ...(isSampled(table.numRows) ? ["ranges and histograms from a sample of the rows"] : []),
  ];
}

function headHtml({ name, type, nulls, bars, text, isNumeric }: ColumnSummary): string {
  const missing = nulls === 0 ? "" : ` · ${nulls.toLocaleString("en-US")} null`;
  return [
    `<th${isNumeric ? ` class="number"` : ""}><b>${escaped(name)}</b>`,
    `<small>${escaped(type)}${missing}</small>${barsSvg(bars)}`,
    `<small>${escaped(text) || "&nbsp;"}</small></th>`,
  ].join("");
}

function barsSvg(bars: readonly number[]): string {
  const highest = bars.reduce((one, other) => Math.max(one, other), 1);
  const rects = bars.map((count, at) => {
    const height = count === 0 ? 0 : Math.max(1, Math.round(BAR_HEIGHT * count / highest));
    const x = at * BAR_WIDTH;
    return `<rect x="${x}" y="${BAR_HEIGHT - height}" width="${
      BAR_WIDTH - 1
    }" height="${height}"/>`;
  });
  const width = Math.max(1, bars.length) * BAR_WIDTH;
  return `<svg width="${width}" height="${BAR_HEIGHT}" viewBox="0 0 ${width} ${BAR_HEIGHT}" aria-hidden="true">${
    rects.join("")
  }</svg>`;
}

function rowHtml(
  row: readonly string[] | undefined,
  columns: readonly ColumnSummary[],
  number: number,
): string {
  if (row === undefined) {
    return `<tr class="gap"><th>⋮</th>${columns.map(() => "<td>⋮</td>").join("")}</tr>`;
  }
  const cells = row.map((cell, at) => {
    const kind = [columns[at]?.isNumeric && "number", cell === "null" && "null"]
      .filter(Boolean).join(" ");
    return `<td${kind && ` class="${kind}"`}>${escaped(cell)}</td>`;
  });
  return `<tr><th>${number.toLocaleString("en-US")}</th>${cells.join("")}</tr>`;
}

function escaped(text: string): string {
  return text.replace(/&/g, "&amp;").replace(/</g, "&lt;").replace(/>/g, "&gt;");
}
