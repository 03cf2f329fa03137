/** @jsxRuntime automatic */
/** @jsxImportSource hono/jsx */
/** Small parts that several pages share. @module */
import type { RunRow } from "../../run/run_store.ts";
import { shownRunStatus } from "../../run/shown_status.ts";
import type { BlockStatus } from "../../run/status.ts";

const SIGNS: Readonly<Partial<Record<BlockStatus, string>>> = {
  completed: "✓",
  failed: "✗",
  running: "●",
  cancelled: "■",
  upstream_failed: "–",
  condition_failed: "–",
};

/** A status as sign and word: nothing is said by colour alone. */
export function Status({ status }: { readonly status: BlockStatus | "waiting" }) {
  const word = status === "initial" ? "queued" : status.replace("_", " ");
  return (
    <span class={`status ${status}`}>
      {(status === "waiting" ? undefined : SIGNS[status]) ?? "·"} {word}
    </span>
  );
}

/** A moment, which the browser writes in the person's zone. */
export function Moment({ at }: { readonly at: number | null }) {
  if (at === null) return <span class="quiet">–</span>;
  const iso = new Date(at).toISOString();
  return <time datetime={iso}>{iso.slice(0, 19).replace("T", " ")} UTC</time>;
}

/** How long something took; of what goes on, how long it has, which the browser counts on. */
export function Span(
  { ms, since, status }: {
    readonly ms: number | null;
    readonly since: number | null;
    readonly status: BlockStatus;
  },
) {
  if (status !== "running" || since === null) return <>{spanText(ms)}</>;
  return <span data-since={String(since)}></span>;
}

/** A span of time: `8 ms`, `1.24 s`, `2 min 5 s`. */
export function spanText(ms: number | null): string {
  if (ms === null) return "";
  if (ms < 1000) return `${Math.round(ms)} ms`;
  if (ms < 60_000) return `${(ms / 1000).toFixed(ms < 10_000 ? 2 : 1)} s`;
  const seconds = Math.round(ms / 1000);
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
  return `${Math.floor(seconds / 3600)} h ${Math.round(seconds % 3600 / 60)} min`;
}

/** An execution date to the minute: `2024-01-12 00:00`; another zone than UTC stays named. */
export function dateText(executionDate: string): string {
  const zone = /\[(.+)\]$/.exec(executionDate)?.[1] ?? "UTC";
  return executionDate.slice(0, 16).replace("T", " ") + (zone === "UTC" ? "" : ` ${zone}`);
}

/** The address of a run's page. */
export function runPath(run: string): string {
  return `/runs/${encodeURIComponent(run)}`;
}

/** The address of a pipeline's page. */
export function pipelinePath(pipeline: string): string {
  return `/pipelines/${encodeURIComponent(pipeline)}`;
}

/** Runs as a table, the newest first. */
export function RunTable(
  { runs, empty = "No runs yet." }: { readonly runs: readonly RunRow[]; readonly empty?: string },
) {
  if (runs.length === 0) return <p class="quiet">{empty}</p>;
  return (
    <div class="scroll">
      <table>
        <thead>
          <tr>
            <th>Run</th>
            <th>Pipeline</th>
            <th>Status</th>
            <th>Begun</th>
            <th class="number">Took</th>
            <th>Execution date</th>
            <th>By</th>
          </tr>
        </thead>
        <tbody>
          {runs.map((run) => (
            <tr key={run.id} id={`run-${run.id}`}>
              <td>
                <a href={runPath(run.id)}>{run.id}</a>
              </td>
              <td>
                <a href={pipelinePath(run.pipeline)}>{run.pipeline}</a>
                {run.block === null ? "" : ` · ${run.block}`}
              </td>
              <td>
                <Status status={shownRunStatus(run)} />
              </td>
              <td>
                <Moment at={run.startedAt ?? run.createdAt} />
              </td>
              <td class="number">
                <Span ms={run.ms} since={run.startedAt} status={run.status} />
              </td>
              <td>{dateText(run.executionDate)}</td>
              <td>
                <Origin run={run} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

/** What a run was started by, where it was not a person. */
export function Origin({ run: { trigger, backfill } }: { readonly run: RunRow }) {
  if (trigger !== null) {
    return <a href={`/triggers/${encodeURIComponent(trigger)}`}>{trigger}</a>;
  }
  if (backfill !== null) {
    return <a href={`/backfills/${encodeURIComponent(backfill)}`}>backfill</a>;
  }
  return <span class="quiet">–</span>;
}
