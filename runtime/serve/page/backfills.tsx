/** @jsxRuntime automatic */
/** @jsxImportSource hono/jsx */
/** The backfills of the project with a form for another, and the page of one. @module */
import type { BackfillDate, BackfillRow } from "../../store/backfills.ts";
import { BACKFILL_UNITS } from "../../trigger/backfill_dates.ts";
import { pipelineName } from "../../notebook/project_notebooks.ts";
import type { ListedPipeline } from "../pipelines.ts";
import { CallButton, CallForm, Field, Variables } from "./form.tsx";
import { Layout } from "./layout.tsx";
import { dateText, Moment, pipelinePath, runPath, spanText, Status } from "./parts.tsx";

export interface BackfillsPageProps {
  readonly backfills: readonly BackfillRow[];
  /** Names of pipelines that compile. */
  readonly pipelines: readonly string[];
  /** The pipeline that the form is for. */
  readonly chosen: ListedPipeline | undefined;
}

/** Every backfill and how far it has come, below a form for another. */
export function BackfillsPage({ backfills, pipelines, chosen }: BackfillsPageProps) {
  return (
    <Layout title="Backfills" place="backfills">
      <h1>Backfills</h1>
      <details open={chosen !== undefined}>
        <summary>New backfill</summary>
        <form class="card choose" method="get" action="/backfills" data-autosubmit>
          <Field label="Pipeline">
            <select name="pipeline" required>
              {chosen ? "" : <option value="">choose…</option>}
              {pipelines.map((name) => (
                <option key={name} value={name} selected={name === chosen?.name}>{name}</option>
              ))}
            </select>
          </Field>
          <noscript>
            <button type="submit">Choose</button>
          </noscript>
        </form>
        {chosen ? <NewBackfill pipeline={chosen} /> : ""}
      </details>
      <div id="backfills" data-live>
        <BackfillTable backfills={backfills} />
      </div>
    </Layout>
  );
}

function NewBackfill({ pipeline }: { readonly pipeline: ListedPipeline }) {
  return (
    <CallForm call="POST /api/backfills" then="open" class="card" id="new-backfill">
      <input type="hidden" name="pipeline" value={pipeline.name} />
      <div class="row">
        <Field label="Start">
          <input name="start" required placeholder="2024-01-12" autocomplete="off" />
        </Field>
        <Field label="End, inclusive">
          <input name="end" required placeholder="2024-01-19" autocomplete="off" />
        </Field>
        <Field label="Every">
          <input name="interval" type="number" min="1" value="1" data-type="number" />
        </Field>
        <Field label="Unit">
          <select name="unit">
            {BACKFILL_UNITS.map((unit) => (
              <option key={unit} value={unit} selected={unit === "day"}>{unit}</option>
            ))}
          </select>
        </Field>
        <Field label="Time zone">
          <input name="zone" placeholder="UTC" autocomplete="off" />
        </Field>
        <Field label="At once">
          <input name="atOnce" type="number" min="1" placeholder="4" data-type="number" />
        </Field>
        <Field label="Name">
          <input name="name" maxlength={100} autocomplete="off" />
        </Field>
      </div>
      {pipeline.parameters.length === 0 ? "" : <Variables parameters={pipeline.parameters} />}
      <output id="preview" class="quiet" data-preview="/api/backfills/preview"></output>
      <button type="submit" class="main">Start</button>
    </CallForm>
  );
}

function BackfillTable({ backfills }: { readonly backfills: readonly BackfillRow[] }) {
  if (backfills.length === 0) {
    return <p class="quiet">None yet: a backfill runs a pipeline for each date of a span.</p>;
  }
  return (
    <div class="scroll">
      <table>
        <thead>
          <tr>
            <th>Backfill</th>
            <th>Pipeline</th>
            <th>Status</th>
            <th>Runs</th>
            <th>Asked for</th>
            <th class="number">Took</th>
          </tr>
        </thead>
        <tbody>
          {backfills.map((backfill) => (
            <tr key={backfill.id} id={`backfill-${backfill.id}`}>
              <td>
                <a href={backfillPath(backfill.id)}>{backfill.name ?? backfill.id}</a>
              </td>
              <td>{pipelineName(backfill.pipeline)}</td>
              <td>
                <Status status={backfill.status} />
              </td>
              <td>
                <Progress backfill={backfill} />
              </td>
              <td>
                <Moment at={backfill.createdAt} />
              </td>
              <td class="number">{tookText(backfill)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

/** So many dates stand on a page; of more, those that have completed are left out. */
const MOST_DATES = 500;

/** One backfill: how far it has come, and the run of each date. */
export function BackfillPage(
  { backfill, dates }: {
    readonly backfill: BackfillRow;
    readonly dates: readonly BackfillDate[];
  },
) {
  const { id, name, pipeline, status, counts, createdAt } = backfill;
  const path = `/api/backfills/${encodeURIComponent(id)}`;
  const open = dates.length > MOST_DATES
    ? dates.filter((date) => date.status !== "completed")
    : dates;
  const shown = open.slice(0, MOST_DATES);
  const again = counts.failed + counts.cancelled;
  return (
    <Layout title={name ?? id} place="backfills">
      <div id="backfill" data-live>
        <h1>
          {name ?? id} <Status status={status} />
        </h1>
        <p class="quiet">
          {id} · <a href={pipelinePath(pipelineName(pipeline))}>{pipelineName(pipeline)}</a>
          {" · asked for "}
          <Moment at={createdAt} />
          {tookText(backfill) === "" ? "" : ` · took ${tookText(backfill)}`}
        </p>
        <p class="actions">
          <Progress backfill={backfill} />
          {status === "running"
            ? (
              <CallButton
                call={`POST ${path}/cancel`}
                then="redraw"
                text="Cancel"
                confirm="Cancel all runs that have not ended?"
              />
            )
            : ""}
          {again > 0 && status !== "running"
            ? (
              <CallButton
                call={`POST ${path}/retry`}
                then="redraw"
                text={`Retry failed (${again})`}
              />
            )
            : ""}
        </p>
        {shown.length < dates.length
          ? (
            <p class="quiet">
              {shown.length} of {dates.length} dates; those completed are left out.
            </p>
          )
          : ""}
        <DateTable dates={shown} />
      </div>
    </Layout>
  );
}

function DateTable({ dates }: { readonly dates: readonly BackfillDate[] }) {
  return (
    <div class="scroll">
      <table>
        <thead>
          <tr>
            <th>Execution date</th>
            <th>Status</th>
            <th>Run</th>
            <th class="number">Tries</th>
          </tr>
        </thead>
        <tbody>
          {dates.map(({ position, executionDate, status, run, attempt }) => (
            <tr key={position}>
              <td>{dateText(executionDate)}</td>
              <td>
                <Status status={status} />
              </td>
              <td>{run === null ? "" : <a href={runPath(run)}>{run}</a>}</td>
              <td class="number">{attempt}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

/** A bar and the counts behind it. */
function Progress({ backfill: { counts } }: { readonly backfill: BackfillRow }) {
  const { completed, failed, cancelled, running, initial: queued } = counts;
  const all = completed + failed + cancelled + running + queued;
  const said = Object.entries({ completed, failed, cancelled, running, queued })
    .flatMap(([name, count]) => count > 0 ? [`${count} ${name}`] : []).join(", ");
  return (
    <span class="progress">
      <progress max={all} value={completed + failed + cancelled} aria-label={said}></progress>{" "}
      {said}
    </span>
  );
}

function backfillPath(id: string): string {
  return `/backfills/${encodeURIComponent(id)}`;
}

function tookText({ createdAt, endedAt }: BackfillRow): string {
  return endedAt === null ? "" : spanText(endedAt - createdAt);
}
