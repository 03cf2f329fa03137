/** The lines that begin with `%`: asked of the kernel, not part of the notebook's code. @module */
import type { Session } from "../session/session.ts";
import { checkOpenNotebook } from "./check.ts";
import { drawPipeline } from "./pipeline.ts";
import { suggestion } from "../../runtime/table/nearest.ts";
import { setExecutionDate } from "./execution_date.ts";

/** What a magic shows. */
export type Shown = Readonly<Record<string, string>>;

type Magic = (argument: string, session: Session) => Shown | Promise<Shown>;

const HELP = `%pipeline               draw the notebook's graph, as it is saved
%check                  compile the notebook and check its types, as it is saved
%upstream               first run what the rest of the cell needs and lacks
%execution_date [DATE]  set or show run.executionDate for this session
%%sql [connection] [profile] [-o name]   the cell is SQL`;

const MAGICS: Readonly<Record<string, Magic>> = {
  pipeline: (_, session) => drawPipeline(session),
  check: (_, session) => checkOpenNotebook(session),
  execution_date: setExecutionDate,
  help: () => ({ "text/plain": HELP }),
};

/** A cell whose first lines are magics. */
export interface MagicCell {
  readonly magics: readonly { readonly name: string; readonly argument: string }[];
  /** The rest, with empty lines in the magics' place. */
  readonly source: string;
}

/** The magics at the top of a cell; none in cells of SQL. */
export function readMagics(source: string): MagicCell {
  const magics: { name: string; argument: string }[] = [];
  const lines = source.split("\n");
  for (const [at, line] of lines.entries()) {
    if (line.trim() === "") continue;
    const found = /^%(\w+)\s*(.*)$/.exec(line);
    if (!found) break;
    magics.push({ name: found[1] ?? "", argument: (found[2] ?? "").trim() });
    lines[at] = "";
  }
  return { magics, source: lines.join("\n") };
}

/** Whether the cell asks for what it lacks to be run first. */
export function wantsUpstream({ magics }: MagicCell): boolean {
  return magics.some(({ name }) => name === "upstream");
}

/** What the magics of a cell show, in order.
 *
 * @throws {Error} when one is unknown, or cannot do what it should. */
export async function runMagics(
  { magics }: MagicCell,
  session: Session,
): Promise<readonly Shown[]> {
  const shown: Shown[] = [];
  for (const { name, argument } of magics) {
    if (name === "upstream") continue;
    const magic = MAGICS[name];
    if (magic === undefined) {
      const names = [...Object.keys(MAGICS), "upstream"];
      const mend = suggestion(name, names) ||
        `; there are ${names.map((it) => `%${it}`).join(", ")}`;
      throw new Error(`%${name} is no magic of this kernel${mend}`);
    }
    shown.push(await magic(argument, session));
  }
  return shown;
}

/** The path of the open notebook.
 *
 * @throws {Error} where the client does not tell it. */
export function openNotebook({ place, notebook }: Session): string {
  if (place.notebook === undefined || notebook.read() === undefined) {
    throw new Error(
      "Cannot tell which notebook this is: open it in JupyterLab and save it, or use `deno task check` and `deno task graph`",
    );
  }
  return place.notebook;
}
