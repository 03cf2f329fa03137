/** @jsxRuntime automatic */
/** @jsxImportSource hono/jsx */
/** The triggers of the project, and the page of one. @module */
import type { Parameter } from "../../compile/pipeline.ts";
import type { RunRow } from "../../run/run_store.ts";
import { pipelineName } from "../../notebook/project_notebooks.ts";
import { whenOf } from "../../trigger/when.ts";
import type { ListedTrigger, ListedTriggers } from "../triggers.ts";
import { CallForm, Variables } from "./form.tsx";
import { Layout } from "./layout.tsx";
import { Moment, pipelinePath, runPath, RunTable, spanText, Status } from "./parts.tsx";

/** Every trigger: when it fires next, how its last run ended, whether it is switched on. */
export function TriggersPage({ triggers, problems, etag }: ListedTriggers) {
  return (
    <Layout title="Triggers" place="triggers">
      <h1>Triggers</h1>
      <div id="triggers" data-live>
        {problems.length === 0
          ? ""
          : <pre class="bad">{problems.map(({ text }) => text).join("\n")}</pre>}
        {triggers.length === 0 && problems.length === 0
          ? (
            <>
              <p class="quiet">
                None yet. What runs by itself stands in triggers.yaml, beside deno.json:
              </p>
              <pre>{EXAMPLE}</pre>
            </>
          )
          : ""}
        {triggers.length === 0 ? "" : (
          <div class="scroll">
            <table>
              <thead>
                <tr>
                  <th>Trigger</th>
                  <th>Pipeline</th>
                  <th>On</th>
                  <th>When</th>
                  <th>Next</th>
                  <th>Last run</th>
                  <th></th>
                </tr>
              </thead>
              <tbody>
                {triggers.map((trigger) => (
                  <Row
                    key={trigger.name}
                    trigger={trigger}
                    etag={etag}
                  />
                ))}
              </tbody>
            </table>
          </div>
        )}
      </div>
    </Layout>
  );
}

const EXAMPLE = `triggers:
  nightly:
    pipeline: example_pipeline
    schedule: "30 6 * * *"`;

function Row({ trigger, etag }: { readonly trigger: ListedTrigger; readonly etag: string }) {
  const { name, pipeline, nextAt, lastRun } = trigger;
  const path = `/triggers/${encodeURIComponent(name)}`;
  return (
    <tr id={`trigger-${name}`}>
      <td>
        <a href={path}>{name}</a>
      </td>
      <td>
        <a href={pipelinePath(pipelineName(pipeline))}>{pipelineName(pipeline)}</a>
      </td>
      <td>
        <Switch trigger={trigger} etag={etag} />
      </td>
      <td>{whenOf(trigger)}</td>
      <td>
        <Moment at={nextAt} />
      </td>
      <td>
        <LastRun run={lastRun} />
      </td>
      <td>
        <a class="button" href={`${path}#fire`}>Fire…</a>
      </td>
    </tr>
  );
}

function LastRun({ run }: { readonly run: RunRow | null }) {
  if (run === null) return <span class="quiet">never</span>;
  return (
    <a href={runPath(run.id)}>
      <Status status={run.status} /> <Moment at={run.startedAt ?? run.createdAt} />
    </a>
  );
}

/** On or off, as the file says it; a change that was made for an older file is refused. */
function Switch({ trigger, etag }: { readonly trigger: ListedTrigger; readonly etag: string }) {
  const { name, enabled } = trigger;
  const call = `PATCH /api/triggers/${encodeURIComponent(name)}`;
  return (
    <CallForm call={call} then="redraw" etag={etag} class="one">
      <button
        id={`switch-${name}`}
        type="submit"
        role="switch"
        aria-checked={enabled ? "true" : "false"}
        aria-label={`${name} fires by itself`}
        name="enabled"
        value={String(!enabled)}
        data-type="boolean"
      >
        {enabled ? "on" : "off"}
      </button>
    </CallForm>
  );
}

export interface TriggerPageProps {
  readonly trigger: ListedTrigger;
  readonly etag: string;
  /** Of its pipeline; none where that does not compile. */
  readonly parameters: readonly Parameter[];
  /** The latest. */
  readonly runs: readonly RunRow[];
}

/** One trigger: what it does, its latest runs, and a form that fires it. */
export function TriggerPage({ trigger, etag, parameters, runs }: TriggerPageProps) {
  const { name, pipeline, description, variables, nextAt } = trigger;
  const path = `/api/triggers/${encodeURIComponent(name)}`;
  return (
    <Layout title={name} place="triggers">
      <div id="trigger" data-live>
        <h1>
          {name} <Switch trigger={trigger} etag={etag} />
        </h1>
        {description === undefined ? "" : <p>{description}</p>}
        <dl>
          <dt>Pipeline</dt>
          <dd>
            <a href={pipelinePath(pipelineName(pipeline))}>{pipelineName(pipeline)}</a>
          </dd>
          <dt>When</dt>
          <dd>{whenOf(trigger)}</dd>
          {nextAt === null ? "" : (
            <>
              <dt>Next</dt>
              <dd>
                <Moment at={nextAt} />
              </dd>
            </>
          )}
          {rulesOf(trigger).map(([term, text]) => (
            <>
              <dt>{term}</dt>
              <dd>{text}</dd>
            </>
          ))}
        </dl>
      </div>
      <section id="fire">
        <h2>Fire</h2>
        <CallForm call={`POST ${path}/fire`} then="open" class="card">
          <Variables parameters={parameters} set={variables} />
          <button type="submit" class="main">Fire now</button>
        </CallForm>
      </section>
      {trigger.kind === "api" ? <Webhook name={name} path={path} /> : ""}
      <h2>Runs</h2>
      <div id="runs" data-live>
        <RunTable runs={runs} empty="It has not fired yet." />
        {runs.length === 0 ? "" : (
          <p>
            <a href={`/runs?trigger=${encodeURIComponent(name)}`}>All of its runs</a>
          </p>
        )}
      </div>
    </Layout>
  );
}

/** What the file says beyond when it fires. */
function rulesOf(trigger: ListedTrigger): readonly (readonly [string, string])[] {
  const { concurrency, timeoutMs, slaMs, retry, profile } = trigger;
  return [
    ...concurrency === "allow" ? [] : [["While one goes on", concurrency] as const],
    ...profile === undefined ? [] : [["Profile", profile] as const],
    ...timeoutMs === undefined ? [] : [["Timeout", spanText(timeoutMs)] as const],
    ...slaMs === undefined ? [] : [["Due within", spanText(slaMs)] as const],
    ...retry === undefined ? [] : [["Tries", String(retry.attempts)] as const],
  ];
}

function Webhook({ name, path }: { readonly name: string; readonly path: string }) {
  return (
    <section>
      <h2>Webhook</h2>
      <p>
        <code>POST /hooks/{name}</code>, with <code>Authorization: Bearer</code>{" "}
        and the trigger's own token, fires it.
      </p>
      <CallForm call={`POST ${path}/token`} then="redraw" class="token">
        <button
          type="submit"
          data-confirm="The token before it is no longer taken. Make a new one?"
        >
          New token
        </button>
        <output data-shows="token"></output>
      </CallForm>
    </section>
  );
}
