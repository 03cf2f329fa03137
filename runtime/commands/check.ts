/** `check [path…]`: every error of every notebook, in notebook coordinates, and which cells runs leave out. @module */
import { join, resolve } from "../context/paths.ts";
import type { CheckedNotebook } from "../compile/check.ts";
import { withCancelSignals } from "./cancel_signal.ts";
import type { Declare } from "./commands.ts";
import { EXIT, type ExitCode } from "./exit_code.ts";
import { notebooksBelow } from "../notebook/project_notebooks.ts";
import { findPipeline, isFolder, notebooksOf } from "./find_pipeline.ts";
import { type Place, shownPath } from "./place.ts";
import { errorText } from "./render/error_text.ts";
import { counted } from "./render/format.ts";
import { paintFor } from "./render/style.ts";
import { foldersOf, savedFiles } from "./watch_files.ts";

/** Declares `check`. */
export const declare: Declare = (command) => {
  command.argument("[path...]", "notebooks, folders or names; all of notebooks/ where left out")
    .option("-w, --watch", "check again whenever a notebook, or a file that it imports, is saved");
  return async (place, parsed) => {
    const [named] = parsed.args<[readonly string[]]>();
    const isWatched = parsed.opts<{ watch?: boolean }>().watch === true;
    return isWatched ? await watch(named, place) : await check(named, place);
  };
};

async function check(named: readonly string[], place: Place): Promise<ExitCode> {
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
}

/** Checks now and after every save, until Ctrl-C. */
async function watch(named: readonly string[], place: Place): Promise<ExitCode> {
  return await withCancelSignals(async ({ signal }) => {
    const shared = join(place.project, "blocks");
    const folders = foldersOf(await wantedNotebooks(named, place));
    const saves = savedFiles([...folders, ...isFolder(shared) ? [shared] : []], { signal });
    // Watching begins with the first call of next(), before the check: a save during it counts.
    let next = saves.next();
    while (true) {
      await check(named, place);
      console.log("waiting for the next save; Ctrl-C ends");
      const saved = await next;
      if (saved.done) return EXIT.cancelled;
      next = saves.next();
      console.log(`\n${saved.value.map((path) => shownPath(path, place)).join(", ")} saved`);
    }
  });
}

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
