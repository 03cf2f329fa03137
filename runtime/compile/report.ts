/** Gathers a notebook's errors, each at an offset of a cell, and puts them in the notebook's order. @module */
import { CompileError } from "../notebook/compile_error.ts";
import type { Notebook, NotebookCell } from "../notebook/notebook.ts";

/** Adds errors; at the end gives them all. */
export class Report {
  readonly #notebook: Notebook;
  readonly #errors: CompileError[];

  constructor(notebook: Notebook) {
    this.#notebook = notebook;
    this.#errors = [...notebook.errors];
  }

  /** An error at `offset` of the cell's source. */
  at(cell: NotebookCell, offset: number, text: string): void {
    const before = cell.source.slice(0, offset);
    const line = before.split("\n").length;
    const column = offset - before.lastIndexOf("\n");
    this.#add(cell, line, column, text);
  }

  /** An error at the value of a header's key. */
  atKey(cell: NotebookCell, key: string, text: string): void {
    const { line, column } = cell.header?.position(key) ?? { line: 1, column: 1 };
    this.#add(cell, line, column, text);
  }

  /** In the notebook's order, each once. */
  errors(): readonly CompileError[] {
    const seen = new Set<string>();
    return this.#errors.filter(({ message }) => !seen.has(message) && seen.add(message))
      .toSorted((first, second) =>
        (first.cell ?? 0) - (second.cell ?? 0) || (first.line ?? 0) - (second.line ?? 0) ||
        (first.column ?? 0) - (second.column ?? 0)
      );
  }

  #add(cell: NotebookCell, line: number, column: number, text: string): void {
    const place = { cell: cell.index, block: cell.header?.name, line, column };
    this.#errors.push(new CompileError(this.#notebook.path, place, text));
  }
}
