/** Answers `execute_request`: runs the cell and publishes what came of it. @module */
import { readMagics, runMagics, wantsUpstream } from "../magics/magics.ts";
import { lackingCells } from "../magics/upstream.ts";
import { leftNotices, type Notice, noticeMedia, warningsFor } from "../session/notices.ts";
import { type Outcome, type ReadCell, readCell, runCell } from "../session/run_cell.ts";
import type { ShownError } from "../session/trace.ts";
import type { Json } from "../wire/message.ts";
import type { Kernel } from "./kernel.ts";
import type { Request } from "./outer.ts";

/** Runs the cell; its outputs are published before this settles. */
export async function execute(request: Request, kernel: Kernel): Promise<Json> {
  const { session, outputs, history } = kernel;
  const { header, content, metadata } = request.message;
  const source = `${content.code}`.replaceAll(/\r\n?/g, "\n");
  if (source.trim() === "") return okReply(session.count);
  outputs.begin(header);
  if (content.silent !== true) {
    history.add(++session.count, source);
    outputs.publish("execute_input", { code: source, execution_count: session.count }, header);
  }
  session.cells.remove(Array.isArray(metadata.deletedCells) ? metadata.deletedCells : []);
  try {
    return await new Execution(request, kernel).run(source, cellId(request));
  } catch (error) {
    const { name, message } = error instanceof Error ? error : new Error(`${error}`);
    return fail({ ename: name, evalue: message, traceback: [message] }, request, kernel);
  }
}

/** The id that Jupyter gave the cell; not all clients tell. */
function cellId({ message: { metadata } }: Request): string | undefined {
  return typeof metadata.cellId === "string" ? metadata.cellId : undefined;
}

/** One request on its way. */
class Execution {
  readonly #request: Request;
  readonly #kernel: Kernel;

  constructor(request: Request, kernel: Kernel) {
    this.#request = request;
    this.#kernel = kernel;
  }

  async run(text: string, id: string | undefined): Promise<Json> {
    const { session } = this.#kernel;
    const magic = readMagics(text);
    for (const data of await runMagics(magic, session)) this.#display(data);
    const source = magic.magics.length === 0 ? text : magic.source;
    if (source.trim() === "") return okReply(session.count);
    const cell = readCell({ source, id }, session);
    if ("ename" in cell) return fail(cell, this.#request, this.#kernel);
    const failed = wantsUpstream(magic) ? await this.#runUpstream(cell) : undefined;
    if (failed) return failed;
    return this.#publish(cell, await this.#runCell(cell));
  }

  /** Runs what the cell lacks, and names it; undefined when all went well. */
  async #runUpstream(current: ReadCell): Promise<Json | undefined> {
    for (const { source, id } of lackingCells(current, this.#kernel.session)) {
      const cell = readCell({ source, id }, this.#kernel.session);
      if ("ename" in cell) return fail(cell, this.#request, this.#kernel);
      this.#notify([{ text: `ran ${cell.label}`, isWarning: false }]);
      const outcome = await this.#runCell(cell);
      if (outcome.status === "error") return this.#publish(cell, outcome);
    }
  }

  async #runCell(cell: ReadCell): Promise<Outcome> {
    const { session } = this.#kernel;
    this.#notify(warningsFor(cell, session.cells));
    const skipped = session.cells.skippedAbove(cell);
    const outcome: Outcome = skipped && skipped.key !== cell.key
      ? { status: "skipped", reason: `${skipped.label} was skipped`, changed: [] }
      : await runCell(cell, session, {
        id: this.#request.message.header.msg_id,
        allowStdin: this.#request.message.content.allow_stdin === true,
      });
    const { status } = outcome;
    const left = session.cells.add({
      ...cell,
      isDone: status === "ok",
      isSkipped: status === "skipped",
    });
    if (status === "skipped") {
      this.#notify([{ text: `skipped: ${outcome.reason}`, isWarning: false }]);
    }
    this.#notify(leftNotices(left, session.cells, cell.key));
    return outcome;
  }

  #publish(cell: ReadCell, outcome: Outcome): Json {
    const { session, outputs } = this.#kernel;
    const { header, content } = this.#request.message;
    if (outcome.status === "ok" && outcome.data && content.silent !== true) {
      const result = { execution_count: session.count, data: outcome.data, metadata: {} };
      outputs.publish("execute_result", result, header);
    }
    this.#markStale(cell, outcome);
    if (outcome.status === "error") return fail(outcome.error, this.#request, this.#kernel);
    return okReply(session.count);
  }

  /** Cells that wait to run again anyway are not named. */
  #markStale({ key }: ReadCell, { changed }: Outcome): void {
    const { session, outputs, waiting } = this.#kernel;
    const { header } = this.#request.message;
    for (const { id, notice } of session.stale.remove(key)) {
      const data = notice ? noticeMedia([notice]) : { "text/plain": "", "text/html": "" };
      const content = { data, metadata: {}, transient: { display_id: id } };
      outputs.publish("update_display_data", content, header);
    }
    const soon = new Set(
      waiting.map((request) => cellId(request) ?? `${request.message.content.code}`),
    );
    const stale = session.cells.readersOf(changed, key).filter((cell) => !soon.has(cell.key));
    const line = session.stale.add(stale);
    if (line) this.#display(noticeMedia([line.notice]), line.id);
  }

  #notify(notices: readonly Notice[]): void {
    if (notices.length > 0) this.#display(noticeMedia(notices));
  }

  #display(data: Readonly<Record<string, string>>, id?: string): void {
    const transient = id === undefined ? {} : { display_id: id };
    const content = { data, metadata: {}, transient };
    this.#kernel.outputs.publish("display_data", content, this.#request.message.header);
  }
}

function fail(error: ShownError, request: Request, { session, outputs }: Kernel): Json {
  outputs.publish("error", { ...error }, request.message.header);
  return { status: "error", execution_count: session.count, ...error };
}

function okReply(count: number): Json {
  return { status: "ok", execution_count: count, user_expressions: {}, payload: [] };
}
