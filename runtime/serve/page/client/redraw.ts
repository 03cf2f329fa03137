/** Draws the live parts of a page anew from the server: what is the same stays untouched, and the keyboard
 *  stays where it was. @module */
import { drawCharts } from "./charts.ts";
import { fitFrames } from "./frames.ts";
import { notify, whatFailed } from "./notice.ts";
import { localise } from "./times.ts";

const QUIET_MS = 150;

/** As the server drew each part. */
const drawn = new Map<string, string>();

for (const part of document.querySelectorAll("[data-live][id]")) drawn.set(part.id, part.outerHTML);

/** Draws anew once things are quiet. */
export const redraw: () => void = settled(async () => {
  const response = await fetch(location.href);
  if (!response.ok) return notify(await whatFailed(response));
  const fresh = new DOMParser().parseFromString(await response.text(), "text/html");
  for (const old of document.querySelectorAll("[data-live][id]")) {
    const part = fresh.getElementById(old.id);
    if (part && part.outerHTML !== drawn.get(old.id)) replace(old, part);
  }
});

function replace(old: Element, part: HTMLElement): void {
  drawn.set(part.id, part.outerHTML);
  localise(part);
  const focused = old.contains(document.activeElement) ? document.activeElement?.id : undefined;
  old.replaceWith(part);
  fitFrames(part);
  drawCharts(part);
  if (focused) document.getElementById(focused)?.focus();
}

/** Calls `work` once things are quiet, never twice at a time; what came meanwhile makes it go again. */
export function settled(work: () => Promise<void>): () => void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  let isGoing = false;
  let isWanted = false;
  const go = async () => {
    timer = undefined;
    isGoing = true;
    isWanted = false;
    await work().catch((error) => notify(error.message));
    isGoing = false;
    if (isWanted) want();
  };
  const want = () => {
    isWanted = true;
    if (!isGoing) timer ??= setTimeout(go, QUIET_MS);
  };
  return want;
}
