/** @jsxRuntime automatic */
/** @jsxImportSource hono/jsx */
/** The pipelines of the project, and the page of one. @module */
import { Fragment } from "hono/jsx";
import type { ListedPipeline } from "../pipelines.ts";
import { Graph } from "./graph.tsx";
import { Layout } from "./layout.tsx";
import { Moment, RunTable, Status } from "./parts.tsx";

/** The first page: every pipeline and how it last ended. */
export function PipelinesPage({ pipelines }: { readonly pipelines: readonly ListedPipeline[] }) {
  return (
    <Layout title="Pipelines">
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
    <a class="card" href={`/pipelines/${encodeURIComponent(pipeline.name)}`}>
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

/** One pipeline: its graph, its parameters, its runs. */
export function PipelinePage({ pipeline }: { readonly pipeline: ListedPipeline }) {
  return (
    <Layout title={pipeline.name}>
      <h1>{pipeline.name}</h1>
      <p class="quiet">{pipeline.notebook}</p>
      {pipeline.description ? <p>{pipeline.description}</p> : ""}
      {pipeline.error === null
        ? <Graph blocks={pipeline.blocks} />
        : <pre class="bad">{pipeline.error}</pre>}
      {pipeline.parameters.length > 0
        ? (
          <details>
            <summary>Parameters</summary>
            <dl>
              {pipeline.parameters.map(({ name, source }) => (
                <Fragment key={name}>
                  <dt>{name}</dt>
                  <dd>
                    <code>{source}</code>
                  </dd>
                </Fragment>
              ))}
            </dl>
          </details>
        )
        : ""}
      <h2>Runs</h2>
      <div id="runs" data-live>
        <RunTable runs={pipeline.latestRuns} />
      </div>
    </Layout>
  );
}
