/** `graph <pipeline>`: the pipeline's blocks and edges as Mermaid. @module */
import type { Declare } from "./commands.ts";
import { compilePipeline } from "./compile_pipeline.ts";
import { EXIT } from "./exit_code.ts";
import { mermaidOf } from "../compile/mermaid.ts";

/** Declares `graph`. */
export const declare: Declare = (command) => {
  command.argument("<pipeline>", "a name in notebooks/, or a path to an .ipynb")
    .note("Paste the output into a ```mermaid block, or into https://mermaid.live");
  return async (place, parsed) => {
    const [named] = parsed.args<[string]>();
    const { pipeline } = await compilePipeline(named, place);
    console.log(mermaidOf(pipeline));
    return EXIT.completed;
  };
};
