/** `%pipeline`: the notebook's graph as it is saved. @module */
import { mermaidOf } from "../../runtime/compile/mermaid.ts";
import type { Session } from "../session/session.ts";
import { openNotebook, type Shown } from "./magics.ts";

/** The graph, which JupyterLab draws from Markdown.
 *
 * @throws {CompileErrors} when the notebook does not compile. */
export async function drawPipeline(session: Session): Promise<Shown> {
  const { compileNotebook } = await import("../../runtime/compile/compile.ts");
  const { projectFolder } = session.place;
  const { pipeline } = await compileNotebook(openNotebook(session), { projectFolder });
  const lines = pipeline.blocks.map(({ name, kind, upstream }) =>
    `${kind} ${name}${upstream.length === 0 ? "" : ` ← ${upstream.join(", ")}`}`
  );
  return {
    "text/plain": lines.join("\n"),
    "text/markdown": "```mermaid\n" + mermaidOf(pipeline) + "\n```",
  };
}
