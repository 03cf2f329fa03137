/** What DuckDB says, turned so that its first line says what went wrong. @module */

/** DuckDB refused or failed; `kind` is its own word for it, such as "Conversion" or "Catalog". */
export class EngineError extends Error {
  override readonly name = "EngineError";
  readonly kind: string;
  /** DuckDB's first line without the kind. */
  readonly detail: string;
  readonly sql: string | undefined;

  constructor(cause: unknown, sql?: string) {
    const text = cause instanceof Error ? cause.message : String(cause);
    const { kind, detail, rest } = parts(text);
    super(`DuckDB cannot run the query: ${[detail, ...rest].join("\n")}`, { cause });
    this.kind = kind;
    this.detail = detail;
    this.sql = sql;
  }
}

function parts(text: string): { kind: string; detail: string; rest: string[] } {
  const lines = text.split("\n").map((line) => line.trimEnd()).filter((line) => line !== "");
  const [, kind, first] = /^([A-Z][\w ]*?) Error: ?(.*)$/.exec(lines[0] ?? "") ??
    [undefined, "Unknown", lines[0] ?? ""];
  const said = (first ?? "").replace(/[.!]$/, "");
  return {
    kind: kind ?? "Unknown",
    detail: said === "" ? "no reason was given" : `${said[0]?.toLowerCase()}${said.slice(1)}`,
    rest: lines.slice(1).map(withoutShout),
  };
}

/** `LINE 2: …` becomes `line 2: …` of the same width, so that the caret below stays in place. */
function withoutShout(line: string): string {
  return line.replace(/^LINE (\d+):/, "line $1:");
}
