/** @jsxRuntime automatic */
/** @jsxImportSource hono/jsx */
/** The page of one run: its blocks, what they handed on, showed and printed. @module */
import { shownRunStatus } from "../../run/shown_status.ts";
import type { Artifact } from "../../context/scope.ts";
import type { Block } from "../../compile/pipeline.ts";
import type { BlockKey, BlockRunRow, CheckRow, RunRow } from "../../run/run_store.ts";
import { isEnded } from "../../run/status.ts";
import type { ListedOutput } from "../outputs.ts";
import { BlockTable } from "./blocks.tsx";
import { CallButton } from "./form.tsx";
import { Graph } from "./graph.tsx";
import { Layout } from "./layout.tsx";
import { dateText, Moment, Origin, pipelinePath, Span, Status } from "./parts.tsx";
import { Shown } from "./shown.tsx";

export interface RunPageProps {
  readonly run: RunRow;
  readonly blockRuns: readonly BlockRunRow[];
  readonly checks: readonly CheckRow[];
  readonly artifacts: readonly (BlockKey & Artifact)[];
  readonly outputs: readonly ListedOutput[];
  /** The pipeline's blocks as its notebook has them now; none where it does not compile. */
  readonly blocks: readonly Block[];
}

/** One run, live while it goes on. */
export function RunPage({ run, blockRuns, checks, artifacts, outputs, blocks }: RunPageProps) {
  const whole = blockRuns.filter(({ element }) => element === null);
  const statuses = new Map(whole.map(({ block, status }) => [block, status]));
  return (
    <Layout title={`${run.pipeline} ${run.id}`} place="runs">
      <div id="run" data-live>
        <h1>
          <a href={pipelinePath(run.pipeline)}>{run.pipeline}</a>{"  "}
          <Status status={shownRunStatus(run)} />
        </h1>
        <p class="quiet">
          {run.id} · {run.startedAt === null ? "asked for" : "begun"}{" "}
          <Moment at={run.startedAt ?? run.createdAt} />
          {run.ms === null && run.status !== "running" ? "" : " · took "}
          <Span ms={run.ms} since={run.startedAt} status={run.status} />
          {" · for "}
          {dateText(run.executionDate)}
          {run.trigger === null && run.backfill === null ? "" : (
            <>
              {" · by "}
              <Origin run={run} />
            </>
          )}
          {run.attempt > 1 ? ` · try ${run.attempt}` : ""}
        </p>
        <Actions run={run} />
        <Given run={run} />
        {run.error === null ? "" : <pre class="bad">{run.error}</pre>}
        {blocks.length > 0 ? <Graph blocks={blocks} statuses={statuses} /> : ""}
        <BlockTable run={run.id} blockRuns={blockRuns} checks={checks} outputs={outputs} />
      </div>
      <div id="shown" data-live>
        {artifacts.length > 0 ? <Shown artifacts={artifacts} /> : ""}
      </div>
      <h2>Log</h2>
      <pre id="log" data-log={run.id} tabindex={0}></pre>
    </Layout>
  );
}

function Actions({ run: { id, status } }: { readonly run: RunRow }) {
  const path = `/api/runs/${encodeURIComponent(id)}`;
  return (
    <p class="actions">
      {isEnded(status)
        ? ""
        : <CallButton call={`POST ${path}/cancel`} then="redraw" text="Cancel" />}
      {status === "failed" || status === "cancelled"
        ? <CallButton call={`POST ${path}/resume`} then="redraw" text="Resume" />
        : ""}
      {isEnded(status) ? <CallButton call={`POST ${path}/retry`} then="open" text="Retry" /> : ""}
    </p>
  );
}

/** An event may be long, and is drawn anew each time. */
const MOST_CHARACTERS = 2000;

function beginning(text: string): string {
  return text.length <= MOST_CHARACTERS ? text : `${text.slice(0, MOST_CHARACTERS)}…`;
}

/** What the run was given beside its notebook. */
function Given({ run: { variables, profile, event } }: { readonly run: RunRow }) {
  const given = [
    ...Object.entries(variables),
    ...profile === null ? [] : [["profile", profile] as const],
    ...event === undefined ? [] : [["event", beginning(JSON.stringify(event))] as const],
  ];
  if (given.length === 0) return null;
  return (
    <dl class="given">
      {given.map(([name, value]) => (
        <>
          <dt>{name}</dt>
          <dd>
            <code>{value}</code>
          </dd>
        </>
      ))}
    </dl>
  );
}
