/** @jsxRuntime automatic */
/** @jsxImportSource hono/jsx */
/** The pipelines of the project, and the page of one. @module */
import type { ListedPipeline } from "../pipelines.ts";
import { CallForm, Field, Variables } from "./form.tsx";
import { Graph } from "./graph.tsx";
import { Layout } from "./layout.tsx";
import { Moment, pipelinePath, RunTable, Status } from "./parts.tsx";

/** The first page: every pipeline and how it last ended. */
export function PipelinesPage({ pipelines }: { readonly pipelines: readonly ListedPipeline[] }) {
  return (
    <Layout title="Pipelines" place="pipelines">
      <h1>Pipelines</h1>
      {pipelines.length === 0
        ? <p class="quiet">None yet: deno task new &lt;pipeline&gt; makes one in notebooks/.</p>
        : ""}
      <div id="pipelines" class="cards" data-live>
        {pipelines.map((pipeline) => <Card key={pipeline.name} pipeline={pipeline} />)}
      </div>
    </Layout>
  );
}

function Card({ pipeline }: { readonly pipeline: ListedPipeline }) {
  const [last] = pipeline.latestRuns;
  return (
    <a class="card" href={pipelinePath(pipeline.name)}>
      <h2>{pipeline.name}</h2>
      {pipeline.error === null
        ? <p>{pipeline.description ?? ""}</p>
        : <p class="bad">Does not compile: {pipeline.error.split("\n")[0]}</p>}
      <p class="foot">
        {last ? <Status status={last.status} /> : <span class="quiet">never run</span>}
        {last ? <Moment at={last.startedAt ?? last.createdAt} /> : ""}
        <span class="strip" aria-hidden="true">
          {[...pipeline.latestRuns].reverse().map(({ id, status }) => (
            <i key={id} class={status}></i>
          ))}
        </span>
      </p>
    </a>
  );
}

/** One pipeline: its graph, a form that runs it, its latest runs. */
export function PipelinePage({ pipeline }: { readonly pipeline: ListedPipeline }) {
  const { name, notebook, description, error, blocks, parameters, latestRuns } = pipeline;
  return (
    <Layout title={name} place="pipelines">
      <h1>{name}</h1>
      <p class="quiet">{notebook}</p>
      {description ? <p>{description}</p> : ""}
      {error === null ? <Graph blocks={blocks} /> : <pre class="bad">{error}</pre>}
      {error === null
        ? (
          <details>
            <summary>Run it</summary>
            <CallForm call="POST /api/runs" then="open" class="card">
              <input type="hidden" name="pipeline" value={name} />
              <Variables parameters={parameters} />
              <Field label="Execution date">
                <input name="executionDate" placeholder="now" autocomplete="off" />
              </Field>
              <button type="submit" class="main">Run now</button>
              <a href={`/backfills?pipeline=${encodeURIComponent(name)}`}>For many dates…</a>
            </CallForm>
          </details>
        )
        : ""}
      <h2>Runs</h2>
      <div id="runs" data-live>
        <RunTable runs={latestRuns} />
        {latestRuns.length === 0 ? "" : (
          <p>
            <a href={`/runs?pipeline=${encodeURIComponent(name)}`}>All of its runs</a>
          </p>
        )}
      </div>
    </Layout>
  );
}
