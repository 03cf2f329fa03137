/** SQL in files and templates: nunjucks decides what stands there, values become bound parameters.
 *  What comes out are a tagged template's arguments, for `sql`, `scanSql` and `postgres().query` alike. @module */
import { existsSync, readFileSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { executable } from "../../context/executable.ts";
import { currentScope } from "../../context/scope.ts";
import type { SqlArgument } from "../../table/sql.ts";
import { bindOutputs, Outputs } from "./outputs.ts";

/** The arguments of a tagged template: `` sql(...template) `` is `` sql`…` ``. */
export type SqlTemplate = [text: TemplateStringsArray, ...values: SqlArgument[]];

/** What a template may name: tables, values, names made by `ident`, and lists of these to loop over. */
export type TemplateValues = Readonly<Record<string, unknown>>;

/** Renders a `.sql` file; its path counts from the notebook's folder. `{{ name }}` is a table, a name or a
 *  bound value, `{% if %}`, `{% for %}` and `{% include %}` are nunjucks's.
 *
 * @throws {Error} naming file and line where the template is broken or names a value that is not given.
 * @example
 * ```ts
 * import { sql } from "../../table/sql.ts";
 * const file = await Deno.makeTempFile({ suffix: ".sql" });
 * await Deno.writeTextFile(file, "select n from range(10) as t(n) where n > {{ least }}");
 * const large = await sql(...await sqlFile(file, { least: 7 }));
 * console.log(large.numRows); // 2
 * await Deno.remove(file);
 * ``` */
export async function sqlFile(
  path: string | URL,
  values: TemplateValues = {},
): Promise<SqlTemplate> {
  const folder = currentScope()?.notebookFolder ?? Deno.cwd();
  const file = path instanceof URL ? fileURLToPath(path) : embedded(resolve(folder, path));
  const text = await Deno.readTextFile(file).catch((cause) => {
    throw new Error(`Cannot read ${file}: ${cause.message}`, { cause });
  });
  return await render(text, values, { name: file, folder: dirname(file) });
}

/** Where an executable holds the file; else its own place. */
function embedded(file: string): string {
  const inside = executable()?.projectFolder;
  const project = currentScope()?.projectFolder;
  if (inside === undefined || project === undefined) return file;
  const found = join(inside, relative(project, file));
  return existsSync(found) ? found : file;
}

/** Renders a template that is a string; what it includes is looked for in the notebook's folder.
 *
 * @example
 * ```ts
 * import { sql } from "../../table/sql.ts";
 * const two = await sql(...await sqlText("select {{ a }} + {{ b }} as n", { a: 1, b: 1 }));
 * console.log(two.getChild("n")?.get(0)); // 2
 * ``` */
export async function sqlText(template: string, values: TemplateValues = {}): Promise<SqlTemplate> {
  const folder = currentScope()?.notebookFolder ?? Deno.cwd();
  return await render(template, values, { name: "the template", folder });
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
      return { src: bindOutputs(readFileSync(path, "utf8"), path), path, noCache: true };
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
