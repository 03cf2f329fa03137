/** Answers `execute_request`: runs the cell and publishes what came of it. @module */
import type { Json } from "../wire/message.ts";
import { type Outcome, type ReadCell, readCell, runCell } from "../session/run_cell.ts";
import type { ShownError } from "../session/trace.ts";
import type { Kernel } from "./kernel.ts";
import type { Request } from "./outer.ts";

/** Runs the cell; its outputs are published before this settles. */
export async function execute(request: Request, kernel: Kernel): Promise<Json> {
  const { session, outputs, history } = kernel;
  const { header, content, metadata } = request.message;
  const source = `${content.code}`.replaceAll(/\r\n?/g, "\n");
  const isSilent = content.silent === true;
  if (source.trim() === "") return okReply(session.count);
  if (!isSilent) session.count++;
  outputs.begin(header);
  if (!isSilent) {
    history.add(session.count, source);
    outputs.publish("execute_input", { code: source, execution_count: session.count }, header);
  }
  const id = typeof metadata.cellId === "string" ? metadata.cellId : undefined;
  session.cells.remove(Array.isArray(metadata.deletedCells) ? metadata.deletedCells : []);
  const cell = readCell({ source, id }, session);
  if ("ename" in cell) return fail(cell, request, kernel);
  const outcome = await runCell(cell, session, {
    id: header.msg_id,
    allowStdin: content.allow_stdin === true,
  });
  session.cells.add({ ...cell, isSkipped: outcome.status === "skipped" });
  return publishOutcome(outcome, cell, request, kernel);
}

function publishOutcome(
  outcome: Outcome,
  _cell: ReadCell,
  request: Request,
  kernel: Kernel,
): Json {
  const { session, outputs } = kernel;
  const { header, content } = request.message;
  if (outcome.status === "error") return fail(outcome.error, request, kernel);
  if (outcome.status === "ok" && outcome.data && content.silent !== true) {
    const result = { execution_count: session.count, data: outcome.data, metadata: {} };
    outputs.publish("execute_result", result, header);
  }
  return okReply(session.count);
}

function fail(error: ShownError, request: Request, { session, outputs }: Kernel): Json {
  outputs.publish("error", { ...error }, request.message.header);
  return { status: "error", execution_count: session.count, ...error };
}

function okReply(count: number): Json {
  return { status: "ok", execution_count: count, user_expressions: {}, payload: [] };
}
