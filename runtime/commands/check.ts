/** `check [path…]`: every error of every notebook, in notebook coordinates, and which cells runs leave out. @module */
import { resolve } from "node:path";
import type { CheckedNotebook } from "../compile/check.ts";
import type { Declare } from "./commands.ts";
import { EXIT } from "./exit_code.ts";
import { findPipeline, isFolder, notebooksBelow, notebooksOf } from "./find_pipeline.ts";
import { type Place, shownPath } from "./place.ts";
import { errorText } from "./render/error_text.ts";
import { counted } from "./render/format.ts";
import { paintFor } from "./render/style.ts";

/** Declares `check`. */
export const declare: Declare = (command) => {
  command.argument("[path...]", "notebooks, folders or names; all of notebooks/ where left out");
  return async (place, { processedArgs: [named] }) => {
    const notebooks = await wantedNotebooks(named, place);
    const { checkNotebooks } = await import("../compile/check.ts");
    const checked = await checkNotebooks(notebooks, { projectFolder: place.project });
    for (const notebook of checked) print(notebook, place);
    const broken = checked.filter(({ errors }) => errors.length > 0);
    const errors = broken.reduce((sum, notebook) => sum + notebook.errors.length, 0);
    const all = counted(checked.length, "notebook");
    if (errors === 0) console.log(`${all}, no errors`);
    else console.error(`${all}, ${counted(errors, "error")} in ${broken.length}`);
    return errors === 0 ? EXIT.completed : EXIT.wrongUse;
  };
};

async function wantedNotebooks(named: readonly string[], place: Place): Promise<string[]> {
  if (named.length === 0) return notebooksOf(place);
  const found: string[] = [];
  for (const name of named) {
    const path = resolve(place.folder, name);
    if (isFolder(path)) found.push(...notebooksBelow(path).sort());
    else found.push(await findPipeline(name, place));
  }
  return [...new Set(found)];
}

function print({ path, compiled, errors }: CheckedNotebook, place: Place): void {
  for (const error of errors) console.error(errorText(error, { paint: paintFor(Deno.stderr) }));
  for (const { cell, firstLine } of compiled?.pipeline.scratch ?? []) {
    console.log(
      `${
        shownPath(path, place)
      }, cell ${cell}: left out of runs, for no block reaches it: ${firstLine}`,
    );
  }
}
