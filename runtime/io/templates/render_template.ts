/** Renders templates of SQL, from files and from strings. @module */
import { executable } from "../../context/executable.ts";
import { dirname, join, relative, resolve } from "../../context/paths.ts";
import { currentScope } from "../../context/scope.ts";
import { bindOutputs, Outputs } from "./outputs.ts";
import type { SqlTemplate, TemplateValues } from "./sql_file.ts";

/** What `sqlFile` gives. */
export async function renderFile(path: string | URL, values: TemplateValues): Promise<SqlTemplate> {
  const file = path instanceof URL
    ? (await import("node:url")).fileURLToPath(path)
    : embedded(resolve(notebookFolder(), path));
  const text = await Deno.readTextFile(file).catch((cause) => {
    throw new Error(`Cannot read ${file}: ${cause.message}`, { cause });
  });
  return await render(text, values, { name: file, folder: dirname(file) });
}

/** What `sqlText` gives. */
export async function renderText(template: string, values: TemplateValues): Promise<SqlTemplate> {
  return await render(template, values, { name: "the template", folder: notebookFolder() });
}

function notebookFolder(): string {
  return currentScope()?.notebookFolder ?? Deno.cwd();
}

/** Where an executable holds the file; else its own place. */
function embedded(file: string): string {
  const inside = executable()?.projectFolder;
  const project = currentScope()?.projectFolder;
  if (inside === undefined || project === undefined) return file;
  const found = join(inside, relative(project, file));
  try {
    Deno.statSync(found);
    return found;
  } catch {
    return file;
  }
}

async function render(
  text: string,
  values: TemplateValues,
  { name, folder }: { readonly name: string; readonly folder: string },
): Promise<SqlTemplate> {
  const { default: nunjucks } = await import("nunjucks");
  const outputs = new Outputs();
  const loader = {
    getSource(included: string) {
      const path = resolve(folder, included);
      return { src: bindOutputs(Deno.readTextFileSync(path), path), path, noCache: true };
    },
  };
  const environment = new nunjucks.Environment(loader as never, { autoescape: false });
  environment.addFilter(outputs.filter, (value: unknown, place: string) => {
    return outputs.add(value, place, value instanceof nunjucks.runtime.SafeString);
  });
  try {
    return outputs.split(environment.renderString(bindOutputs(text, name), values));
  } catch (cause) {
    if (outputs.failure) throw outputs.failure;
    const [place = "", ...reason] = String((cause as Error).message).split("\n");
    const line = place.match(/\[Line (\d+)/)?.[1];
    const told = (reason.length > 0 ? reason.join(" ") : place).trim().replace(
      /^(Template render )?[Ee]rror:\s*/,
      "",
    );
    throw new Error(`${name}${line === undefined ? "" : `, line ${line}`}: ${told}`, { cause });
  }
}
