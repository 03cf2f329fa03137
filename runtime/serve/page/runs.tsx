/** @jsxRuntime automatic */
/** @jsxImportSource hono/jsx */
/** The history, page by page, narrowed down as is asked. @module */
import { calledAs } from "../../context/executable.ts";
import type { ListRunsOptions, RunRow } from "../../run/run_store.ts";
import { Field } from "./form.tsx";
import { Layout } from "./layout.tsx";
import { RunTable } from "./parts.tsx";

/** Which runs are wanted. */
export type RunFilter = Pick<ListRunsOptions, "pipeline" | "status" | "trigger" | "backfill">;

export const RUN_STATUSES = ["initial", "running", "completed", "failed", "cancelled"] as const;

export interface RunsPageProps {
  readonly runs: readonly RunRow[];
  readonly filter: RunFilter;
  /** The address of older runs. */
  readonly next: string | undefined;
  /** Whether there are newer ones than the page has. */
  readonly isFirst: boolean;
  /** What may be chosen. */
  readonly pipelines: readonly string[];
  readonly triggers: readonly string[];
}

/** The history from the newest. */
export function RunsPage({ runs, filter, next, isFirst, pipelines, triggers }: RunsPageProps) {
  const isFiltered = Object.values(filter).some((value) => value !== undefined);
  return (
    <Layout title="Runs" place="runs">
      <h1>Runs</h1>
      <form class="row filter" method="get" action="/runs" data-autosubmit>
        <Choice name="pipeline" chosen={filter.pipeline} values={pipelines} />
        <Choice name="status" chosen={filter.status} values={RUN_STATUSES} />
        <Choice name="trigger" chosen={filter.trigger} values={triggers} />
        {filter.backfill === undefined ? "" : (
          <Field label="backfill">
            <input name="backfill" value={filter.backfill} />
          </Field>
        )}
        <noscript>
          <button type="submit">Show</button>
        </noscript>
        {isFiltered ? <a href="/runs">All runs</a> : ""}
      </form>
      <div id="runs" data-live>
        <RunTable
          runs={runs}
          empty={isFiltered
            ? "No such runs."
            : `No runs yet. Open a pipeline and run it, or: ${calledAs("run")} <pipeline>`}
        />
      </div>
      <p class="actions">
        {isFirst ? "" : <a href={`/runs${queryOf(filter)}`}>Newest runs</a>}
        {next === undefined ? "" : <a href={next}>Older runs</a>}
      </p>
    </Layout>
  );
}

/** The address of the runs after `before`. */
export function olderPath(filter: RunFilter, before: string): string {
  return `/runs${queryOf({ ...filter, before })}`;
}

function queryOf(wanted: RunFilter & { readonly before?: string }): string {
  const given = Object.entries(wanted).filter((entry) => entry[1] !== undefined) as string[][];
  return given.length === 0 ? "" : `?${new URLSearchParams(given)}`;
}

function Choice(
  { name, chosen, values }: {
    readonly name: string;
    readonly chosen: string | undefined;
    readonly values: readonly string[];
  },
) {
  // What is gone by now may still be asked for.
  const all = chosen === undefined || values.includes(chosen) ? values : [chosen, ...values];
  return (
    <Field label={name}>
      <select name={name}>
        <option value="">all</option>
        {all.map((value) => (
          <option key={value} value={value} selected={value === chosen}>
            {value === "initial" ? "queued" : value}
          </option>
        ))}
      </select>
    </Field>
  );
}
