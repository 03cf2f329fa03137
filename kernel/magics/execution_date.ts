/** `%execution_date 2024-03-01`: what `run.executionDate` is for the rest of the session. @module */
import { executionDateFrom } from "../../runtime/run/execution_date.ts";
import type { Session } from "../session/session.ts";
import type { Shown } from "./magics.ts";

/** Sets the date, or shows it where none is given.
 *
 * @throws {Error} when it is no date. */
export function setExecutionDate(argument: string, session: Session): Shown {
  if (argument !== "") session.executionDate = `${executionDateFrom(argument)}`;
  return { "text/plain": `execution date: ${session.executionDate ?? "now"}` };
}
