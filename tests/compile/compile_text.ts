/** Compiles notebooks in memory, for tests. @module */
import { CompileErrors } from "../../runtime/compile/compile.ts";
import { type Build, buildPipeline } from "../../runtime/compile/build.ts";
import { parseNotebook } from "../../runtime/notebook/parse_notebook.ts";
import { type CellInput, notebookOf } from "./notebook_of.ts";

export const NOTEBOOK = "/project/notebooks/n.ipynb";

/** What the cells compile to. */
export function compileCells(cells: readonly CellInput[], metadata = {}): Build {
  return buildPipeline(parseNotebook(notebookOf(cells, metadata), NOTEBOOK), {
    notebook: NOTEBOOK,
    module: "/project/.sluice/compiled/n.ts",
    sluice: "sluice",
  }, { name: "n", title: "notebooks/n.ipynb" });
}

/** The messages of the cells' errors, without the notebook's path. */
export function errorsOf(cells: readonly CellInput[], metadata = {}): readonly string[] {
  try {
    compileCells(cells, metadata);
    return [];
  } catch (error) {
    if (!(error instanceof CompileErrors)) throw error;
    return error.errors.map(({ message }) =>
      message.replace(/^\/project\/notebooks\/n\.ipynb(, |: )/, "")
    );
  }
}
