/** What `{{ … }}` puts into SQL: never text, but a place that a parameter, a table or a name takes.
 *  @module */
import type { SqlArgument } from "../../table/sql.ts";
import type { SqlTemplate } from "./sql_file.ts";

const FILTER = "sluice_bind";
const MARK = "\u{F0000}";
/** Raw blocks and comments are passed over; whitespace marks (`{{-`) stay. */
const OUTPUT =
  /\{%-?\s*(raw|verbatim)\s*-?%\}[\s\S]*?\{%-?\s*end\1\s*-?%\}|\{#[\s\S]*?#\}|\{\{(-?)([\s\S]*?)(-?)\}\}/g;

/** Passes every `{{ expression }}` of the template called `name` through the filter that keeps its value. */
export function bindOutputs(template: string, name: string): string {
  if (template.includes(MARK)) throw new Error(`${name} holds the reserved character U+F0000`);
  return template.replace(OUTPUT, (whole, _raw, left, expression, right, offset: number) => {
    if (expression === undefined) return whole;
    const line = template.slice(0, offset).split("\n").length;
    const place = `${name}, line ${line}: \`{{ ${expression.trim()} }}\``;
    return `{{${left} (${expression}) | ${FILTER}(${JSON.stringify(place)}) ${right}}}`;
  });
}

/** The values of one rendering, in the order in which they are put out. */
export class Outputs {
  readonly filter = FILTER;
  readonly #values: SqlArgument[] = [];

  /** Why a value was refused: nunjucks passes errors on without their place. */
  failure: Error | undefined;

  /** Keeps a value and gives the mark that stands in its place. */
  add(value: unknown, place: string, isMarkup: boolean): string {
    if (value === undefined) {
      throw this.failure = new Error(`${place} is not given; pass it among the values`);
    }
    if (isMarkup) {
      throw this.failure = new Error(
        `${place} is text, and text never becomes SQL; use {% include %}`,
      );
    }
    return `${MARK}${this.#values.push(value as SqlArgument) - 1}${MARK}`;
  }

  /** Splits the rendered text at the marks.
   *
   * @throws {Error} where a mark stands in quotes: it would be a part of the string. */
  split(rendered: string): SqlTemplate {
    const strings: string[] = [];
    const values: SqlArgument[] = [];
    rendered.split(MARK).forEach((part, index) => {
      if (index % 2 === 0) strings.push(part);
      else values.push(this.#values[Number(part)]!);
    });
    strings.slice(1).forEach((after, index) => {
      if (/^['"]/.test(after) && /['"]$/.test(strings[index]!)) {
        throw new Error(
          "a `{{ … }}` stands in quotes; write it without them: it is bound as a value",
        );
      }
    });
    return [Object.assign(strings, { raw: strings }), ...values];
  }
}
