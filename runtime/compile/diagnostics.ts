/** Reads what `deno check` prints. @module */

/** One error that Deno found in a module. */
export interface Diagnostic {
  /** TypeScript's number, such as TS2322; "error" for what is not TypeScript's. */
  readonly code: string;
  /** In one line. */
  readonly text: string;
  readonly url: string;
  readonly line: number;
  readonly column: number;
}

/** The diagnostics in the (uncoloured) output of `deno check`. */
export function parseDiagnostics(output: string): readonly Diagnostic[] {
  const blocks = output.split(/\n(?=TS\d+ \[|error: )/);
  return blocks.flatMap((block) => {
    const lines = block.split("\n");
    const place = lines.map((line) => /^\s+at (\w+:\S*?):(\d+):(\d+)$/.exec(line)).find((it) => it);
    const head = /^(?:(TS\d+) \[ERROR\]|error): (.*)$/.exec(lines[0] ?? "");
    if (!place || !head) return [];
    const [, url = "", line, column] = place;
    const [, code = "error", text = ""] = head;
    return [{
      code,
      text: oneLine(text, lines),
      url,
      line: Number(line),
      column: Number(column),
    }];
  });
}

/** TypeScript tells the reason of a reason in indented lines; the innermost says most.
 *  Below them stands the excerpt: a line of source, and `~~~` under it. */
function oneLine(first: string, lines: readonly string[]): string {
  const marker = lines.findIndex((line) => /^\s*(~+|\^)$/.test(line));
  const reasons = lines.slice(1, marker < 0 ? 1 : marker - 1).filter((line) =>
    /^ {2,}\S/.test(line)
  );
  const innermost = reasons.at(-1)?.trim();
  return [first, ...innermost ? [innermost] : []].map((text) => text.replace(/\.$/, "")).join(": ");
}
