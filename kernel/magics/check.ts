/** `%check`: compiles the notebook as it is saved and checks its types. @module */
import type { Session } from "../session/session.ts";
import { openNotebook, type Shown } from "./magics.ts";

/** Every error in notebook coordinates, or that there is none. */
export async function checkOpenNotebook(session: Session): Promise<Shown> {
  const { checkNotebook } = await import("../../runtime/compile/check.ts");
  const { projectFolder } = session.place;
  const { errors, compiled } = await checkNotebook(openNotebook(session), { projectFolder });
  if (errors.length > 0) {
    return { "text/plain": errors.map(({ message }) => `✗ ${message}`).join("\n") };
  }
  const { blocks = [], scratch = [] } = compiled?.pipeline ?? {};
  const lines = scratch.map(({ cell, firstLine }) =>
    `  cell ${cell} is left out of runs, for no block reaches it: ${firstLine}`
  );
  return { "text/plain": [`✓ no errors in ${blocks.length} blocks`, ...lines].join("\n") };
}
