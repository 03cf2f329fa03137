/** @jsxRuntime automatic */
/** @jsxImportSource hono/jsx */
/** Small parts that several pages share. @module */
import type { RunRow } from "../../run/run_store.ts";
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
export function Status({ status }: { readonly status: BlockStatus }) {
  const word = status === "initial" ? "queued" : status.replace("_", " ");
  return <span class={`status ${status}`}>{SIGNS[status] ?? "·"} {word}</span>;
}

/** A moment, which the browser writes in the person's zone. */
export function Moment({ at }: { readonly at: number | null }) {
  if (at === null) return <span class="quiet">–</span>;
  const iso = new Date(at).toISOString();
  return <time datetime={iso}>{iso.slice(0, 19).replace("T", " ")} UTC</time>;
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

/** Runs as a table, the newest first. */
export function RunTable({ runs }: { readonly runs: readonly RunRow[] }) {
  if (runs.length === 0) return <p class="quiet">No runs yet.</p>;
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
          </tr>
        </thead>
        <tbody>
          {runs.map((run) => (
            <tr key={run.id} id={`run-${run.id}`}>
              <td>
                <a href={`/runs/${encodeURIComponent(run.id)}`}>{run.id}</a>
              </td>
              <td>
                <a href={`/pipelines/${encodeURIComponent(run.pipeline)}`}>{run.pipeline}</a>
                {run.block === null ? "" : ` · ${run.block}`}
              </td>
              <td>
                <Status status={run.status} />
              </td>
              <td>
                <Moment at={run.startedAt ?? run.createdAt} />
              </td>
              <td class="number">{spanText(run.ms)}</td>
              <td>{run.executionDate.slice(0, 16).replace("T", " ")}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
