/** One kernel's life with its notebook: what was run, in which folder, with which values. @module */
import { dirname } from "node:path";
import { executionDateFrom } from "../../runtime/run/execution_date.ts";
import type { InnerEvents } from "../front/inner.ts";
import type { CellPlace, FindPlace } from "./trace.ts";
import type { PreparedCell } from "../cell/prepare_cell.ts";
import { type ModuleResolver, moduleResolver } from "../cell/module_names.ts";
import { SLUICE_ROOT } from "./place.ts";
import { Cells } from "./cells.ts";
import { HostLink } from "./host_link.ts";
import { NotebookFile } from "./notebook_file.ts";
import { StaleLines } from "./notices.ts";
import { folderUrl, type KernelPlace } from "./place.ts";

/** A cell's text as it was evaluated, to find places of stack traces in. */
interface Evaluated {
  readonly label: string;
  readonly source: string;
  readonly prepared: PreparedCell;
}

/** Everything that a kernel knows while it lives. */
export class Session {
  readonly id = crypto.randomUUID().slice(0, 8);
  readonly place: KernelPlace;
  readonly notebook: NotebookFile;
  readonly cells = new Cells();
  readonly stale = new StaleLines();
  readonly host: HostLink;
  readonly resolve: ModuleResolver;
  /** How many cells have run: the number in brackets beside a cell. */
  count = 0;
  /** The execution date that was set for the session. */
  executionDate: string | undefined;
  readonly #evaluated = new Map<string, Evaluated>();

  constructor(place: KernelPlace, events: InnerEvents) {
    this.place = place;
    this.notebook = new NotebookFile(place.notebook);
    this.resolve = moduleResolver(folderUrl(place.notebookFolder), place.sluice);
    // The kernel inside finds its deno.json above its folder; without one, Sluice's own serves.
    const isProject = place.projectFolder !== SLUICE_ROOT ||
      `${place.notebookFolder}/`.startsWith(`${SLUICE_ROOT}/`);
    this.host = new HostLink(isProject ? place.notebookFolder : SLUICE_ROOT, {
      ...events,
      onInputRequest: (message) => events.onInputRequest(message),
      onOutput: (message) => events.onOutput(message),
      onNewHost: () => this.cells.clear(),
    });
    const date = Deno.env.get("SLUICE_EXECUTION_DATE");
    if (date) this.executionDate = `${executionDateFrom(date)}`;
  }

  /** The name of the pipeline that the notebook is. */
  get pipeline(): string {
    const path = this.place.notebook;
    return path === undefined
      ? "live"
      : path.slice(dirname(path).length + 1).replace(/\.ipynb$/, "");
  }

  /** Remembers what a cell was evaluated as, under the file name that stack traces use. */
  remember(file: string, evaluated: Evaluated): void {
    this.#evaluated.set(file, evaluated);
  }

  /** The cell's place of a position in evaluated code. */
  readonly find: FindPlace = (file, place): CellPlace | undefined => {
    const evaluated = this.#evaluated.get(file);
    if (evaluated === undefined) return undefined;
    const { label, source, prepared } = evaluated;
    const found = prepared.toSource(place);
    return found && { label, source, ...found };
  };
}
