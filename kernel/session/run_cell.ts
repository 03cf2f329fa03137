/** Runs one cell that a client sent, from its text to what came of it. @module */
import { placeOf } from "../cell/rewrite.ts";
import { prepareCell, type PreparedCell } from "../cell/prepare_cell.ts";
import type { HostCell, HostResult } from "../host/protocol.ts";
import { analyse, constantNames, isObject } from "./analyse.ts";
import type { RanCell } from "./cells.ts";
import type { SentCell } from "./notebook_file.ts";
import type { Session } from "./session.ts";
import { type CellPlace, showError, showMistake, type ShownError } from "./trace.ts";

/** A cell with all that is known of it before it runs. */
export interface ReadCell extends RanCell {
  readonly source: string;
  readonly prepared: PreparedCell;
  /** What is wrong with its header, which does not keep it from running. */
  readonly warnings: readonly string[];
}

/** What came of a cell. */
export type Outcome =
  | {
    readonly status: "ok";
    readonly data?: HostResult["data"];
    readonly changed: readonly string[];
  }
  | { readonly status: "skipped"; readonly reason: string; readonly changed: readonly string[] }
  | { readonly status: "error"; readonly error: ShownError; readonly changed: readonly string[] };

/** Reads a cell's text, or says what is wrong with it. */
export function readCell(sent: SentCell, session: Session): ReadCell | ShownError {
  const source = isObject(sent.source) ? `(${sent.source}\n)` : sent.source;
  const { cell, errors } = session.notebook.parse({ ...sent, source });
  const count = session.count;
  const number = cell.index > 0 ? `${cell.index}` : `[${count}]`;
  const label = `cell ${number}${cell.header ? ` (${cell.header.name})` : ""}`;
  const { code, mistakes } = analyse(cell, session.cells);
  const [mistake] = mistakes;
  if (code === undefined || mistake !== undefined) {
    const at = { label, source, ...placeOf(source, mistake?.offset ?? 0) };
    return showMistake("SyntaxError", mistake?.text ?? "does not parse", at);
  }
  const file = `cell-${count}.ts`;
  const prepared = prepareCell(code, { file, resolve: session.resolve });
  session.remember(file, { label, source, prepared });
  const imported = code.sql
    ? []
    : prepared.imports.flatMap(({ names }) => names.map((it) => it.local));
  return {
    key: sent.id ?? sent.source,
    count,
    label,
    code,
    source,
    prepared,
    names: [...prepared.names, ...imported],
    reads: prepared.reads,
    constants: [...constantNames(code), ...imported],
    isDone: false,
    isSkipped: false,
    warnings: errors.map((error) =>
      error.line === undefined ? error.text : `line ${error.line}: ${error.text}`
    ),
  };
}

/** Runs a cell that could be read. */
export async function runCell(
  cell: ReadCell,
  session: Session,
  request: { readonly id: string; readonly allowStdin: boolean },
): Promise<Outcome> {
  const ended = await session.host.run(hostCell(cell, session, request.id), request.allowStdin);
  if (ended.kind === "interrupted") {
    const error = { name: "Interrupted", message: "the cell was interrupted", stack: "" };
    return { status: "error", error: shown(error, cell, session), changed: [] };
  }
  if (ended.kind === "died") {
    const message =
      `the Deno inside the kernel ended while the cell ran: ${ended.reason}\nA new one has started, in which nothing is defined; run the cells above again`;
    const error = { name: "KernelEnded", message, stack: "" };
    return { status: "error", error: shown(error, cell, session), changed: [] };
  }
  const { error, changed, data, failedImport } = ended.result;
  if (error === undefined) return { status: "ok", changed, ...(data && { data }) };
  if (error.name === "ConditionFailed") {
    return { status: "skipped", reason: error.message, changed };
  }
  return { status: "error", changed, error: shown(error, cell, session, failedImport) };
}

function shown(
  error: Parameters<typeof showError>[0],
  { label, source, prepared }: ReadCell,
  session: Session,
  failedImport?: number,
): ShownError {
  const { find, place } = session;
  const span = failedImport === undefined ? undefined : prepared.importSpans[failedImport];
  const at: CellPlace | undefined = span && { label, source, ...placeOf(source, span.start) };
  return showError(error, { find, folder: place.projectFolder, ...(at && { at }) });
}

function hostCell({ code, prepared }: ReadCell, session: Session, id: string): HostCell {
  const { notebookFolder, projectFolder } = session.place;
  return {
    id,
    imports: prepared.imports,
    names: prepared.names,
    reads: prepared.reads,
    code: prepared.code,
    isModule: prepared.isModule,
    context: {
      session: session.id,
      count: session.count,
      pipeline: session.pipeline,
      block: code.block,
      notebookFolder,
      projectFolder,
      profile: Deno.env.get("SLUICE_PROFILE"),
      parameters: parameterNames(session),
      executionDate: session.executionDate,
    },
  };
}

/** The parameters of the cells that ran, as Jupyter's tag marks them. */
function parameterNames(session: Session): readonly string[] {
  return session.cells.all.filter(({ code }) => code.role === "parameters")
    .flatMap(({ names }) => names);
}
