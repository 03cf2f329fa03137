/** Whether a module may remember something from one run to the next, seen without a parser: what is not
 *  known to remember nothing is taken to do so, which costs a run no more than a process of its own. @module */

const NOTHING = [
  /^import\b(?!\s*[(.])/,
  /^export\s*(\*|\{|type\b|interface\b|declare\b)/,
  /^(type|interface|declare)\b/,
  /^(export\s+(default\s+)?)?(async\s+)?function\b/,
];
const CLASS = /^(export\s+(default\s+)?)?(abstract\s+)?class\b/;
const CONSTANT = /^(export\s+)?const\s+[\w$]+(:[^]*?)?\s+=\s+/;
/** Its parameters hold no brackets, so it is not called on the spot. */
const FUNCTION = /^(async\s+)?(\([^()]*\)[^=;]*=>|[\w$]+\s*=>|function\b)/;
/** A call, something new, or an empty collection: what programs fill as they go on. */
const FILLED = /\(|\bnew\b|\[\s*\]|\{\s*\}|;\s*\S/;

/** Whether the module with this text may keep state of its own.
 *
 * @example
 * ```ts
 * import { mayKeepState } from "./module_state.ts";
 * console.log(mayKeepState("export const DAY_MS = 24 * 60 * 60 * 1000;")); // false
 * console.log(mayKeepState("const seen = new Set<string>();")); // true
 * ``` */
export function mayKeepState(text: string): boolean {
  const statements = statementsOf(withoutTexts(text));
  return statements === undefined || statements.some((statement) => !isStateless(statement));
}

function isStateless(statement: string): boolean {
  if (NOTHING.some((pattern) => pattern.test(statement))) return true;
  if (CLASS.test(statement)) return !/\bstatic\b/.test(statement);
  const [head] = CONSTANT.exec(statement) ?? [];
  if (head === undefined) return false;
  const value = statement.slice(head.length);
  return FUNCTION.test(value) || !FILLED.test(value);
}

/** The text without comments, and without what stands inside quotes; code in a template counts as a call. */
function withoutTexts(text: string): string {
  return text.replaceAll(
    /\/\*[^]*?\*\/|\/\/[^\n]*|"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'|`(?:[^`\\]|\\.)*`/g,
    (found) => found.startsWith("/") ? "" : found.includes("${") ? "(code)" : '""',
  );
}

/** The module's own statements, each beginning at a line's first column; undefined where they are not to be
 *  told apart. */
function statementsOf(text: string): readonly string[] | undefined {
  const statements: string[] = [];
  let depth = 0;
  for (const line of text.split("\n").filter((line) => line.trim() !== "")) {
    const before = statements.at(-1);
    if (depth === 0 && !/^[\s})\]]/.test(line)) statements.push(line);
    else if (before === undefined || (depth === 0 && /[;}]\s*$/.test(before))) return undefined;
    else statements.splice(-1, 1, `${before}\n${line}`);
    depth += count(line, /[([{]/g) - count(line, /[)\]}]/g);
    if (depth < 0) return undefined;
  }
  return depth === 0 ? statements : undefined;
}

function count(text: string, pattern: RegExp): number {
  return text.match(pattern)?.length ?? 0;
}
