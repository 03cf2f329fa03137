/** Documentation of a name: its doc comment and signature, else what it holds. @module */
import type { HostDescription } from "../host/protocol.ts";
import type { Session } from "./session.ts";

const SOURCE_LINES = 30;

/** In the media types that Jupyter shows. */
export async function documentation(
  expression: string,
  found: HostDescription,
  session: Session,
): Promise<Readonly<Record<string, string>>> {
  const [first = "", member] = expression.split(".");
  const written = found.from && member === undefined
    ? await denoDoc(moduleUrl(found.from.url), found.from.name, session)
    : await ownDoc(first, member, session) ?? await builtInDoc(expression, found, session);
  return { "text/plain": written ?? valueText(expression, found) };
}

/** Bare names, as in the import map, are what Deno itself resolves. */
function moduleUrl(url: string): string {
  return url.replace(/\?v=\d+$/, "");
}

/** What `deno doc` says of an export; undefined where it finds nothing. */
async function denoDoc(
  module: string | undefined,
  name: string,
  session: Session,
): Promise<string | undefined> {
  const filter = name === "*" || name === "default" ? [] : ["--filter", name];
  const target = module === undefined
    ? []
    : [module === "sluice" ? new URL("../../mod.ts", import.meta.url).href : module];
  const { success, stdout } = await new Deno.Command(Deno.execPath(), {
    args: ["doc", "--quiet", ...filter, ...target],
    cwd: session.place.notebookFolder,
    env: { NO_COLOR: "1" },
    stderr: "null",
  }).output();
  const text = new TextDecoder().decode(stdout).trim();
  return success && text !== "" ? text.replace(/^Defined in .*\n+/, "") : undefined;
}

/** What a cell says of a name that it defines: the comment above, and its first line. */
function ownDoc(name: string, member: string | undefined, { cells }: Session): string | undefined {
  const definer = member === undefined ? cells.definer(name) : undefined;
  const statement = definer?.code.statements.find(({ definitions }) =>
    definitions.some((definition) => definition.name === name)
  );
  const kind = statement?.definitions.find((definition) => definition.name === name)?.kind;
  if (definer === undefined || statement === undefined || kind === "value") return undefined;
  const { top, end, code: { cell } } = statement;
  const lines = cell.source.slice(top, end).split("\n");
  const more = lines.length > SOURCE_LINES ? ["…"] : [];
  return [`${definer.label}:`, ...lines.slice(0, SOURCE_LINES), ...more].join("\n");
}

/** Deno's own documentation, of functions and classes that no cell has made. */
async function builtInDoc(
  expression: string,
  { source }: HostDescription,
  session: Session,
): Promise<string | undefined> {
  const [first = ""] = expression.split(".");
  if (source === undefined || session.cells.definer(first)) return undefined;
  return await denoDoc(undefined, expression, session);
}

function valueText(expression: string, { type, text, source }: HostDescription): string {
  const shown = (source ?? text).split("\n");
  const more = shown.length > SOURCE_LINES ? "\n…" : "";
  return `${expression}: ${type}\n\n${shown.slice(0, SOURCE_LINES).join("\n")}${more}`;
}
