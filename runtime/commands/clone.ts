/** `clone <pipeline> <name>`: a copy of a notebook under a new name, without its outputs. @module */
import { dirname } from "../context/paths.ts";
import type { Declare } from "./commands.ts";
import { EXIT } from "./exit_code.ts";
import { pipelineName } from "../notebook/project_notebooks.ts";
import { findPipeline } from "./find_pipeline.ts";
import { newNotebookPath } from "./new_notebook.ts";
import { shownPath } from "./place.ts";
import { writeNewFile } from "./write_new_file.ts";

/** Declares `clone`. */
export const declare: Declare = (command) => {
  command.argument("<pipeline>", "a name in notebooks/, or a path to an .ipynb")
    .argument("<name>", "the copy's name; it lies beside the notebook it is made from");
  return async (place, parsed) => {
    const [from, to] = parsed.args<[string, string]>();
    const source = await findPipeline(from, place);
    const path = newNotebookPath(to, place, { folder: dirname(source) });
    writeNewFile(path, withoutOutputs(Deno.readTextFileSync(source)));
    console.log(
      `Made ${shownPath(path, place)} from ${shownPath(source, place)}; ` +
        `run it with: deno task run ${pipelineName(path)}`,
    );
    return EXIT.completed;
  };
};

/** The notebook with every output cleared; one that cannot be read as JSON stays as it is. */
function withoutOutputs(text: string): string {
  try {
    const notebook = JSON.parse(text);
    for (const cell of notebook.cells) {
      if (cell.cell_type !== "code") continue;
      cell.outputs = [];
      cell.execution_count = null;
    }
    return JSON.stringify(notebook, null, 1) + "\n";
  } catch {
    return text;
  }
}
