/** The lines that stand under a cell: what its run made stale, what is left over, what was skipped. @module */
import type { Cells, RanCell } from "./cells.ts";

/** A line of text for people, and whether it asks for something to be done. */
export interface Notice {
  readonly text: string;
  readonly isWarning: boolean;
}

/** A line that shrinks as the cells that it names are run again. */
interface StaleLine {
  readonly id: string;
  readonly cells: Map<string, string>;
}

/** The media of notices, quiet beside the cell's own output. */
export function noticeMedia(notices: readonly Notice[]): Readonly<Record<string, string>> {
  const html = notices.map(({ text, isWarning }) =>
    `<div style="font-size:12px;${isWarning ? "color:#b8860b" : "opacity:.65"}">${
      escaped(text)
    }</div>`
  );
  return { "text/plain": notices.map(({ text }) => text).join("\n"), "text/html": html.join("") };
}

/** What is to be said before a cell's result: header mistakes, names that a fresh run lacks. */
export function warningsFor(
  { warnings, reads }: RanCell & { readonly warnings: readonly string[] },
  cells: Cells,
): readonly Notice[] {
  const leftOver = cells.leftOver(reads).map(({ name, reason }) =>
    `reads \`${name}\`, which ${reason}; a fresh run will not have it`
  );
  return [...warnings, ...leftOver].map((text) => ({ text: `⚠ ${text}`, isWarning: true }));
}

/** What is to be said when a cell no longer defines names. */
export function leftNotices(
  names: readonly string[],
  cells: Cells,
  key: string,
): readonly Notice[] {
  return names.map((name) => {
    const readers = cells.all.filter((cell) => cell.key !== key && cell.reads.includes(name));
    const read = readers.length === 0
      ? ""
      : `, and ${list(readers.map(({ label }) => label))} read it`;
    const text = `⚠ \`${name}\` is left over: no cell defines it any more${read}`;
    return { text, isWarning: true };
  });
}

/** Keeps the lines that name stale cells. */
export class StaleLines {
  readonly #lines: StaleLine[] = [];

  /** A new line under the cell that changed something; undefined where nothing is stale. */
  add(stale: readonly RanCell[]): { readonly id: string; readonly notice: Notice } | undefined {
    if (stale.length === 0) return undefined;
    const line = {
      id: crypto.randomUUID(),
      cells: new Map(stale.map(({ key, label }) => [key, label])),
    };
    this.#lines.push(line);
    return { id: line.id, notice: staleNotice(line) };
  }

  /** The cell runs anew: lines that named it, as they read now. */
  remove(key: string): readonly { readonly id: string; readonly notice: Notice | undefined }[] {
    const touched = this.#lines.filter((line) => line.cells.delete(key));
    for (const line of touched) {
      if (line.cells.size === 0) this.#lines.splice(this.#lines.indexOf(line), 1);
    }
    return touched.map((line) => ({
      id: line.id,
      notice: line.cells.size === 0 ? undefined : staleNotice(line),
    }));
  }
}

function staleNotice({ cells }: StaleLine): Notice {
  const text = `↻ stale now, for what they read has changed: ${list([...cells.values()])}`;
  return { text, isWarning: true };
}

function list(words: readonly string[]): string {
  const last = words.at(-1) ?? "";
  return words.length < 2 ? last : `${words.slice(0, -1).join(", ")} and ${last}`;
}

function escaped(text: string): string {
  return text.replace(/&/g, "&amp;").replace(/</g, "&lt;").replace(/>/g, "&gt;");
}
