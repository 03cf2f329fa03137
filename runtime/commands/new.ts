/** `new <pipeline>`: a notebook made from a template, ready to run. @module */
import { oneOf } from "./arguments/command.ts";
import type { Declare } from "./commands.ts";
import { EXIT } from "./exit_code.ts";
import { pipelineName } from "../notebook/project_notebooks.ts";
import { newNotebookPath } from "./new_notebook.ts";
import { shownPath } from "./place.ts";
import { templateText } from "./template_text.ts";
import { writeNewFile } from "./write_new_file.ts";

/** The templates: each is the notebook `templates/<name>.ipynb`, with PIPELINE where its name goes. */
export const TEMPLATES = ["api-to-postgres", "api-to-parquet", "sql", "blank"] as const;

/** Declares `new`. */
export const declare: Declare = (command) => {
  command.argument("<pipeline>", "its name, in snake_case")
    .option("-t, --template <name>", "what to start from", {
      read: oneOf(TEMPLATES),
      fallback: "blank",
    });
  return async (place, parsed) => {
    const [named] = parsed.args<[string]>();
    const { template } = parsed.opts<{ template: string }>();
    const path = newNotebookPath(named, place);
    const name = pipelineName(path);
    const text = await templateText(`${template}.ipynb`);
    writeNewFile(path, text.replaceAll("PIPELINE", name));
    console.log(`Made ${shownPath(path, place)}; run it with: deno task run ${name}`);
    return EXIT.completed;
  };
};
