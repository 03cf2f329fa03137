/** Turns what Deno and DuckDB refuse a run into one line: what it may not do, and what its notebook would
 *  have to declare. @module */
import type { Permissions } from "../notebook/notebook.ts";

/** What a run may do, and whether its notebook or the server said so. */
export interface Granted {
  /** What the notebook declares. */
  readonly declared: Permissions | undefined;
  /** What the run's process has; undefined where nothing limits it. */
  readonly all: Permissions | undefined;
  readonly notebookFolder: string;
}

interface Denial {
  readonly kind: keyof Permissions;
  readonly what: string;
}

const VERBS: Readonly<Record<string, string>> = {
  read: "read",
  write: "write",
  net: "connect to",
  env: "read the variable",
  run: "start",
  ffi: "load the native library",
  sys: "ask the system for its",
};

/** The line for `error`; undefined where it is no denial. */
export function denialText(error: unknown, granted: Granted): string | undefined {
  const denial = granted.all && (ofDeno(error) ?? ofDuckDB(error));
  if (!denial) return undefined;
  const { kind, what } = denial;
  return `may not ${VERBS[kind]} ${what}; ${mendFor(denial, granted)}`;
}

/** As Deno says it, and as its runtime for executables does. */
const DENIED =
  /^Requires (\w+) access to (?:"(.*?)"|([^",]+)), (?:run again|specify the required permissions)/;

function ofDeno(error: unknown): Denial | undefined {
  if (!(error instanceof Error)) return undefined;
  const [, kind = "", quoted, bare] = DENIED.exec(error.message) ?? [];
  // Whoever loads DuckDB says more of it than this could.
  if (kind === "ffi" && quoted?.includes("@duckdb")) return undefined;
  return kind in VERBS ? { kind: kind as Denial["kind"], what: quoted ?? bare ?? "" } : undefined;
}

/** DuckDB does not say whether it was to read or to write; the statement does. */
function ofDuckDB(error: unknown): Denial | undefined {
  if (!(error instanceof Error) || error.name !== "EngineError") return undefined;
  const { kind, detail, sql = "" } = error as Error & {
    kind: string;
    detail: string;
    sql?: string;
  };
  const what = /^cannot access (?:file|directory) "(.*?)"/.exec(detail)?.[1];
  if (kind !== "Permission" || what === undefined) return undefined;
  if (/^(https?|s3|gs|gcs|hf|r2|azure|az):/.test(what)) return undefined;
  return { kind: /\b(copy|export|attach)\b/i.test(sql) ? "write" : "read", what };
}

/** What a notebook declares is all that it gets: where it declares nothing yet, the line holds what the run
 *  has besides. */
function mendFor({ kind, what }: Denial, { declared, all, notebookFolder }: Granted): string {
  const has = (declared ?? all)?.[kind];
  const line = [...new Set([...(Array.isArray(has) ? has : []), what])];
  if (declared) {
    return `under sluice.permissions in the notebook's metadata, write "${kind}": ${
      listText(line)
    }`;
  }
  const shown = Object.entries({ ...all, [kind]: line, ffi: true }).flatMap(([name, value]) => {
    if (!Array.isArray(value)) return [`"${name}": ${value}`];
    const items = value.map((item) => relativeTo(notebookFolder, String(item)));
    return items.length === 0 ? [] : [`"${name}": ${listText(items)}`];
  });
  return `write in the notebook's metadata: "sluice": { "permissions": { ${shown.join(", ")} } }`;
}

function listText(items: readonly string[]): string {
  return `[${items.map((item) => JSON.stringify(item)).join(", ")}]`;
}

/** The project's folder as its notebooks may write it wherever the project stands. */
function relativeTo(notebookFolder: string, path: string): string {
  if (path === notebookFolder) return ".";
  if (!path.startsWith("/") || !notebookFolder.startsWith(`${path}/`)) return path;
  return notebookFolder.slice(path.length + 1).split("/").map(() => "..").join("/");
}
