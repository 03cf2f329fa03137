/** `rename <pipeline> <name>`: renames a notebook; its runs are found under the new name. @module */
import { dirname } from "../context/paths.ts";
import type { Declare } from "./commands.ts";
import { EXIT } from "./exit_code.ts";
import { pipelineName } from "../notebook/project_notebooks.ts";
import { findPipeline } from "./find_pipeline.ts";
import { withHistory } from "./history.ts";
import { newNotebookPath } from "./new_notebook.ts";
import { shownPath } from "./place.ts";
import { counted } from "./render/format.ts";

/** Declares `rename`. */
export const declare: Declare = (command) => {
  command.argument("<pipeline>", "a name in notebooks/, or a path to an .ipynb")
    .argument("<name>", "its new name; the notebook stays in its folder");
  return async (place, parsed) => {
    const [from, to] = parsed.args<[string, string]>();
    const source = await findPipeline(from, place);
    const path = newNotebookPath(to, place, { folder: dirname(source) });
    const name = pipelineName(path);
    Deno.renameSync(source, path);
    const runs = await withHistory(
      place,
      (store) => store.renamePipeline(pipelineName(source), { name, notebook: path }),
    ).catch((error) => {
      Deno.renameSync(path, source); // A notebook without its runs would be half a renaming.
      throw error;
    }) ?? 0;
    console.log(
      `Renamed ${shownPath(source, place)} to ${shownPath(path, place)}` +
        (runs > 0 ? `, and its ${counted(runs, "run")}` : ""),
    );
    return EXIT.completed;
  };
};
