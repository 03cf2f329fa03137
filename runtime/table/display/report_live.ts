/** What becomes of the reports of live code: they are shown under the cell. @module */
import type { CheckResult, Progress, ScopeEvent } from "../../context/scope.ts";
import { findJupyter } from "./jupyter.ts";

const QUIET_MS = 700;

/** A function that shows reports; short work shows no progress. */
export function liveReporter(): (event: ScopeEvent) => void {
  const startedAt = performance.now();
  const shown = new Map<string, string>();
  return (event) => {
    if (event.type === "checks") return display(checksMedia(event.results));
    if (event.type === "artifact") return display(artifactMedia(event.artifact.data));
    const { progress } = event;
    const known = shown.get(progress.label);
    if (known !== undefined) return display(progressMedia(progress), known, true);
    if (performance.now() - startedAt < QUIET_MS) return;
    const id = crypto.randomUUID();
    shown.set(progress.label, id);
    display(progressMedia(progress), id);
  };
}

/** Shows a report where no run is around the code that makes it: in a notebook, else nowhere. */
export const reportLive: (event: ScopeEvent) => void = liveReporter();

function display(data: Readonly<Record<string, unknown>>, id?: string, isUpdate = false): void {
  const transient = id === undefined ? {} : { display_id: id };
  const type = isUpdate ? "update_display_data" : "display_data";
  findJupyter()?.broadcast(type, { data, metadata: {}, transient });
}

function checksMedia(results: readonly CheckResult[]) {
  const lines = results.map(({ name, passed, failedRows, rows }) => {
    const counts = rows === undefined
      ? ""
      : passed
      ? ` (${counted(rows)} rows)`
      : ` (${counted(failedRows ?? 0)} of ${counted(rows)} rows fail)`;
    return { passed, text: `${passed ? "✓" : "✗"} ${name}${counts}` };
  });
  const html = lines.map(({ passed, text }) =>
    `<div style="color:${passed ? "#2e9d4f" : "#d9363e"}">${escaped(text)}</div>`
  );
  return { "text/plain": lines.map(({ text }) => text).join("\n"), "text/html": html.join("") };
}

function artifactMedia(data: Readonly<Record<string, string>>) {
  return Object.fromEntries(
    Object.entries(data).map(([type, body]) => [
      type,
      type.endsWith("+json") ? JSON.parse(body) : body,
    ]),
  );
}

function progressMedia({ label, done, total, unit }: Progress) {
  const amount = (count: number) =>
    unit === "rows" ? `${counted(count)} rows` : `${(count / 1e6).toFixed(1)} MB`;
  const text = total === undefined
    ? `${label}: ${amount(done)}`
    : `${label}: ${amount(done)} of ${amount(total)}`;
  const bar = total === undefined || total === 0
    ? ""
    : `<progress max="${total}" value="${done}" style="vertical-align:middle"></progress> `;
  return {
    "text/plain": text,
    "text/html": `<div style="opacity:.75;font-size:12px">${bar}${escaped(text)}</div>`,
  };
}

function counted(count: number): string {
  return count.toLocaleString("en-US");
}

function escaped(text: string): string {
  return text.replace(/&/g, "&amp;").replace(/</g, "&lt;").replace(/>/g, "&gt;");
}
