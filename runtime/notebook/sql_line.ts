/** Reads the `%%sql [connection] [profile] [-o name]` line that makes a cell SQL. @module */
import { suggestion } from "../table/nearest.ts";
import type { SqlLine } from "./notebook.ts";
import type { Report } from "./report.ts";

const CONNECTIONS = ["duckdb", "postgres", "bigquery"] as const;

/** The `%%sql` line at the top of `source`, after `--|` lines at most; undefined in other cells. */
export function parseSqlLine(source: string, report: Report): SqlLine | undefined {
  const lines = source.split("\n");
  const line = lines.findIndex((text) => text.trim() !== "" && !text.startsWith("--|"));
  const text = lines[line];
  if (text === undefined || !/^%%sql(\s|$)/.test(text)) return undefined;
  const { words, output } = readWords(text, line + 1, report);
  const [connection = "duckdb", profile, ...rest] = words;
  const at = { line: line + 1, column: text.indexOf(connection) + 1 };
  const known = CONNECTIONS.find((name) => name === connection);
  if (known === undefined) {
    report(
      at,
      `\`${connection}\` is no connection${
        suggestion(connection, CONNECTIONS) ||
        `; write \`%%sql postgres ${connection}\` for a profile`
      }`,
    );
  } else if (known === "duckdb" && profile !== undefined) {
    report(at, `\`duckdb\` runs in process and takes no profile; write \`%%sql\``);
  }
  if (rest.length > 0) {
    report(
      at,
      `\`${rest[0]}\` is one word too many; write \`%%sql [connection] [profile] [-o name]\``,
    );
  }
  return { line, connection: known ?? "duckdb", profile, output };
}

function readWords(text: string, line: number, report: Report) {
  const words: string[] = [];
  let output: string | undefined;
  const tokens = [...text.matchAll(/\S+/g)].slice(1);
  for (let at = 0; at < tokens.length; at++) {
    const word = tokens[at]?.[0] ?? "";
    const column = (tokens[at]?.index ?? 0) + 1;
    if (word === "-o") {
      output = tokens[++at]?.[0];
      if (output === undefined || !/^[A-Za-z_$][\w$]*$/.test(output)) {
        report({ line, column }, "`-o` needs a name for the result; write `-o trips`");
        output = undefined;
      }
    } else if (word.startsWith("-")) {
      report({ line, column }, `\`${word}\` is no option of \`%%sql\`; there is only \`-o name\``);
    } else words.push(word);
  }
  return { words, output };
}
