/** The `{{ … }}` of io_config.yaml: put aside before YAML reads the file, expanded after, one by one, so that
 *  a profile that is not used needs none of its variables. @module */
import type { Variables } from "./variables.ts";

/** One `{{ … }}` and where it stands, counted from 1. */
export interface Expression {
  readonly text: string;
  readonly line: number;
  readonly column: number;
}

export interface Aside {
  /** The source, each expression replaced by a plain word of YAML. */
  readonly source: string;
  readonly expressions: readonly Expression[];
}

const PLACEHOLDER = /sluice⟦(\d+)⟧/g;

/** Replaces each `{{ … }}` outside comments by a placeholder. */
export function putAside(source: string): Aside {
  const expressions: Expression[] = [];
  const lines = source.split(/\r?\n/).map((text, index) => {
    if (/^\s*#/.test(text)) return text;
    return text.replace(/\{\{.*?\}\}/g, (found, offset: number) => {
      expressions.push({ text: found, line: index + 1, column: offset + 1 });
      return `sluice⟦${expressions.length - 1}⟧`;
    });
  });
  return { source: lines.join("\n"), expressions };
}

/** The text with its placeholders expanded.
 *
 * @throws {Error} at the first expression that cannot be, with its line and column. */
export async function expand(
  text: string,
  expressions: readonly Expression[],
  variables: Variables,
  file: string,
): Promise<string> {
  let expanded = "";
  let end = 0;
  for (const match of text.matchAll(PLACEHOLDER)) {
    const expression = expressions[Number(match[1])];
    if (expression === undefined) continue;
    expanded += text.slice(end, match.index) + await render(expression, variables, file);
    end = match.index + match[0].length;
  }
  return expanded + text.slice(end);
}

async function render(
  expression: Expression,
  variables: Variables,
  file: string,
): Promise<string> {
  const at = `${file}, line ${expression.line}:${expression.column}`;
  const bare = expression.text.match(/^\{\{-?\s*(?:env\.)?([A-Za-z_]\w*)\s*-?\}\}$/);
  if (bare) {
    throw new Error(
      `${at}: \`${expression.text}\` names no function; write \`{{ env_var('${bare[1]}') }}\``,
    );
  }
  const { default: nunjucks } = await import("nunjucks");
  const environment = new nunjucks.Environment(null, { autoescape: false, throwOnUndefined: true });
  let missing: string | undefined;
  const read = (name: string, fallback?: unknown) => {
    const value = variables(name) ?? fallback;
    if (value === undefined) missing = name;
    return value ?? "";
  };
  try {
    const rendered = environment.renderString(expression.text, {
      env_var: read,
      env: { var: read },
    });
    if (missing === undefined) return rendered;
  } catch (cause) {
    const [reason = ""] = String(cause instanceof Error ? cause.message : cause).split("\n").slice(
      -1,
    );
    throw new Error(
      `${at}: \`${expression.text}\`: ${reason.replace(/^\s*Error:\s*/, "").trim()}`,
      { cause },
    );
  }
  throw new Error(
    `${at}: the variable ${missing} is not set; set it in the environment or in .env`,
  );
}
