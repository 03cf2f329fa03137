/** Turns the text of a `.ipynb` file into cells with their headers.
 *  Nothing is run and no TypeScript is looked at here. @module */
import { CompileError } from "./compile_error.ts";
import { describedBy } from "./described_by.ts";
import { parseHeader } from "./header.ts";
import { jsonErrorText } from "./json_error.ts";
import { parseMetadata } from "./metadata.ts";
import type { Notebook, NotebookCell } from "./notebook.ts";
import { fileError } from "./read_notebook.ts";
import type { Report } from "./report.ts";
import { parseSqlLine } from "./sql_line.ts";

type Json = Readonly<Record<string, unknown>>;

/** The notebook that `text` holds; what is wrong inside cells is gathered in its `errors`.
 *
 * @throws {CompileErrors} when the whole file is no notebook: not JSON, cut off, nbformat < 4.
 *
 * @example
 * ```ts
 * import { parseNotebook } from "./parse_notebook.ts";
 * const cell = { cell_type: "code", metadata: {}, source: ["//| loader: trips_csv\n", "const n = 1;"] };
 * const notebook = parseNotebook(JSON.stringify({ nbformat: 4, cells: [cell] }), "/data/n.ipynb");
 * console.log(notebook.cells[0]?.header?.name); // trips_csv
 * ``` */
export function parseNotebook(text: string, path: string): Notebook {
  const document = parseDocument(text, path);
  const errors: CompileError[] = [];
  const cells = (document.cells as readonly unknown[]).map((cell, at) =>
    parseCell(cell, at + 1, path, errors)
  );
  const declared = parseMetadata(asObject(document.metadata).sluice, path, errors);
  const description = declared.description ?? describedBy(cells);
  return { path, cells, ...declared, description, errors };
}

function parseDocument(text: string, path: string): Json {
  const document = asObject(parseJson(text, path));
  const { nbformat, cells, metadata } = document;
  if (typeof nbformat !== "number") {
    throw fileError(path, "is JSON but no notebook: it has no `nbformat`; save it from Jupyter");
  }
  if (nbformat < 4) {
    throw fileError(
      path,
      `has nbformat ${nbformat}, which is too old; convert it with \`jupyter nbconvert --to notebook\` (nbformat 4)`,
    );
  }
  if (!Array.isArray(cells)) {
    throw fileError(path, "is JSON but no notebook: it has no `cells`; save it from Jupyter");
  }
  cells.forEach((cell, at) => checkCell(cell, at + 1, path));
  const language = asObject(asObject(metadata).kernelspec).language;
  if (typeof language === "string" && /^(python|r|julia|scala|rust)$/i.test(language)) {
    throw fileError(path, `is a notebook in ${language}; Sluice's cells are TypeScript and SQL`);
  }
  return document;
}

/** What is no cell would be code that nobody runs. */
function checkCell(value: unknown, number: number, path: string): void {
  const { cell_type, source } = asObject(value);
  const isText = typeof source === "string" ||
    (Array.isArray(source) && source.every((line) => typeof line === "string"));
  if (isText && ["code", "markdown", "raw"].includes(cell_type as string)) return;
  const seen = value !== asObject(value)
    ? "is no object"
    : isText
    ? `has the cell_type ${JSON.stringify(cell_type)}, not code, markdown or raw`
    : "has no `source` that is text";
  throw fileError(path, `is damaged: cell ${number} ${seen}; save it from Jupyter`);
}

function parseJson(text: string, path: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw fileError(path, jsonErrorText(text, cause as SyntaxError), { cause });
  }
}

function parseCell(
  value: unknown,
  index: number,
  path: string,
  errors: CompileError[],
): NotebookCell {
  const cell = asObject(value);
  const metadata = asObject(cell.metadata);
  const type: NotebookCell["type"] = cell.cell_type === "code" || cell.cell_type === "raw"
    ? cell.cell_type
    : "markdown";
  const source = sourceText(cell.source);
  const tags = Array.isArray(metadata.tags) ? metadata.tags.filter((tag) => tag === `${tag}`) : [];
  const id = typeof cell.id === "string" ? cell.id : undefined;
  const base = { index, type, id, source, tags };
  if (type !== "code") {
    return { ...base, header: undefined, sql: undefined, headerLines: 0, isBroken: false };
  }
  const report: Report = (position, text, block) =>
    errors.push(new CompileError(path, { cell: index, block, ...position }, text));
  const sql = parseSqlLine(source, report);
  return { ...base, sql, ...parseHeader(source, metadata.sluice, sql, report) };
}

/** Jupyter writes a list of lines or one text; editors on Windows leave `\r`. */
function sourceText(source: unknown): string {
  const text = Array.isArray(source) ? source.join("") : typeof source === "string" ? source : "";
  return text.replaceAll(/\r\n?/g, "\n");
}

function asObject(value: unknown): Json {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? value as Json : {};
}
