/** A project with notebooks and a dispatcher of its own. @module */
import { openDispatcher } from "../../runtime/dispatch/dispatcher.ts";
import type { Dispatcher, DispatchEvent } from "../../runtime/dispatch/dispatcher.ts";
import type { DispatcherOptions } from "../../runtime/dispatch/dispatcher.ts";
import { openStore, type Store } from "../../runtime/store/open_store.ts";
import { type CellInput, notebookOf } from "../compile/notebook_of.ts";

export interface Dispatched extends AsyncDisposable {
  readonly folder: string;
  readonly store: Store;
  readonly dispatcher: Dispatcher;
  readonly events: readonly DispatchEvent[];
  write(path: string, text: string): void;
}

/** A project that holds a notebook for each name: its cells, in which `@/` stands for the project. */
export function projectFolderOf(notebooks: Readonly<Record<string, readonly CellInput[]>>): string {
  const folder = Deno.realPathSync(Deno.makeTempDirSync({ prefix: "sluice_dispatch_" }));
  Deno.mkdirSync(`${folder}/notebooks`);
  for (const [name, cells] of Object.entries(notebooks)) {
    Deno.writeTextFileSync(
      `${folder}/notebooks/${name}.ipynb`,
      notebookOf([...cells]).replaceAll("@/", `${folder}/`),
    );
  }
  return folder;
}

/** A project and its dispatcher, ended and removed with the variable. */
export async function dispatched(
  notebooks: Readonly<Record<string, readonly CellInput[]>>,
  options: Partial<DispatcherOptions> = {},
): Promise<Dispatched> {
  const folder = projectFolderOf(notebooks);
  const store = openStore(folder);
  const events: DispatchEvent[] = [];
  const dispatcher = await openDispatcher({
    projectFolder: folder,
    store,
    onEvent: (event) => void events.push(event),
    ...options,
  });
  return {
    folder,
    store,
    dispatcher,
    events,
    write: (path, text) => Deno.writeTextFileSync(`${folder}/${path}`, text),
    async [Symbol.asyncDispose]() {
      await dispatcher.close();
      store.close();
      await Deno.remove(folder, { recursive: true });
    },
  };
}

/** Waits inside a block until the project holds a file of that name. */
export function waitFor(file: string): string {
  return `while (!await Deno.stat("@/${file}").catch(() => null)) await new Promise((r) => setTimeout(r, 5));`;
}
