/** The log of a run, read on from the last line seen: none is lost or comes twice, whatever the connection does.
 *  @module */
import { notify, whatFailed } from "./notice.ts";

const AT_ONCE = 1000;
const NEAR_END_PX = 20;
/** A page with more lines than this is slow; the latest stay. */
const MOST_LINES = 5000;

interface Line {
  readonly block?: string;
  readonly element?: number;
  readonly stream: string;
  readonly text: string;
}

/** Gives what reads the lines that came since. */
export function logReader(log: HTMLElement): () => Promise<void> {
  let after = 0;
  const path = `/api/runs/${encodeURIComponent(log.dataset.log ?? "")}/logs`;
  return async () => {
    while (true) {
      const response = await fetch(`${path}?after=${after}&limit=${AT_ONCE}`);
      if (!response.ok) return notify(await whatFailed(response));
      const read: { lines: readonly Line[]; after: number } = await response.json();
      const isAtEnd = log.scrollTop + log.clientHeight >= log.scrollHeight - NEAR_END_PX;
      log.append(...read.lines.map(lineOf));
      forgetOldest(log);
      if (isAtEnd) log.scrollTop = log.scrollHeight;
      after = read.after;
      if (read.lines.length < AT_ONCE) return;
    }
  };
}

function forgetOldest(log: HTMLElement): void {
  const tooMany = log.childElementCount - MOST_LINES;
  if (tooMany <= 0) return;
  for (const line of [...log.children].slice(0, tooMany)) line.remove();
  log.dataset.earlier = `earlier lines: deno task logs ${log.dataset.log}`;
}

function lineOf({ block, element, stream, text }: Line): HTMLElement {
  const line = document.createElement("div");
  if (stream === "stderr") line.className = "stderr";
  if (block) {
    const name = document.createElement("b");
    name.textContent = `${element === undefined ? block : `${block}[${element}]`} │ `;
    line.append(name);
  }
  line.append(text);
  return line;
}
