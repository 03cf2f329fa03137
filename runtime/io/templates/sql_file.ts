/** SQL in files and templates: nunjucks decides what stands there, values become bound parameters.
 *  What comes out are a tagged template's arguments, for `sql`, `scanSql` and `postgres().query` alike. @module */
import { atFirstUse } from "../../context/at_first_use.ts";
import type { SqlArgument } from "../../table/sql.ts";

const rendering = atFirstUse(() => import("./render_template.ts"));

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
  return await (await rendering()).renderFile(path, values);
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
  return await (await rendering()).renderText(template, values);
}
