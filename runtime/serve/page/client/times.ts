/** Moments in the person's own zone, and spans that go on. @module */

const TICK_MS = 1000;

/** Writes every moment in the person's zone; the exact one shows under the pointer. */
export function localise(within: ParentNode): void {
  for (const time of within.querySelectorAll<HTMLTimeElement>("time[datetime]")) {
    time.title = time.dateTime;
    time.textContent = new Date(time.dateTime).toLocaleString();
  }
  count(within);
}

/** Counts on how long what goes on has gone on, from now on. */
export function countOn(): void {
  setInterval(() => count(document), TICK_MS);
}

function count(within: ParentNode): void {
  for (const span of within.querySelectorAll<HTMLElement>("[data-since]")) {
    const seconds = Math.max(0, Math.floor((Date.now() - Number(span.dataset.since)) / 1000));
    span.textContent = seconds < 60
      ? `${seconds} s`
      : `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
  }
}
