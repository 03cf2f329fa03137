/** @jsxRuntime automatic */
/** @jsxImportSource hono/jsx */
/** The history, page by page, and the page of one run. @module */
import { Fragment } from "hono/jsx";
import type { Artifact } from "../../context/scope.ts";
import type { Block } from "../../compile/pipeline.ts";
import type { BlockKey, BlockRunRow, CheckRow, RunRow } from "../../run/run_store.ts";
import { Graph } from "./graph.tsx";
import { Layout } from "./layout.tsx";
import { Moment, RunTable, spanText, Status } from "./parts.tsx";

/** The history from the newest; `next` is the address of older runs. */
export function RunsPage(
  { runs, next }: { readonly runs: readonly RunRow[]; readonly next: string | undefined },
) {
  return (
    <Layout title="Runs">
      <h1>Runs</h1>
      <div id="runs" data-live>
        <RunTable runs={runs} />
      </div>
      {next === undefined ? "" : (
        <p>
          <a href={next}>Older runs</a>
        </p>
      )}
    </Layout>
  );
}

export interface RunPageProps {
  readonly run: RunRow;
  readonly blockRuns: readonly BlockRunRow[];
  readonly checks: readonly CheckRow[];
  readonly artifacts: readonly (BlockKey & Artifact)[];
  /** The pipeline's blocks as its notebook has them now; none where it does not compile. */
  readonly blocks: readonly Block[];
}

/** One run: its blocks, what they printed, checked and showed. */
export function RunPage({ run, blockRuns, checks, artifacts, blocks }: RunPageProps) {
  const whole = blockRuns.filter(({ element }) => element === null);
  const statuses = new Map(whole.map(({ block, status }) => [block, status]));
  return (
    <Layout title={`${run.pipeline} ${run.id}`}>
      <div id="run" data-live data-run={run.id}>
        <h1>
          <a href={`/pipelines/${encodeURIComponent(run.pipeline)}`}>{run.pipeline}</a>{" "}
          <Status status={run.status} />
        </h1>
        <p class="quiet">
          {run.id} · begun <Moment at={run.startedAt ?? run.createdAt} />
          {run.ms === null ? "" : ` · took ${spanText(run.ms)}`} · for {run.executionDate}
        </p>
        {run.error === null ? "" : <pre class="bad">{run.error}</pre>}
        {blocks.length > 0 ? <Graph blocks={blocks} statuses={statuses} /> : ""}
        <BlockTable blockRuns={whole} checks={checks} />
      </div>
      {artifacts.length > 0 ? <Artifacts artifacts={artifacts} /> : ""}
      <h2>Log</h2>
      <pre id="log" data-log={run.id} tabindex={0}></pre>
    </Layout>
  );
}

function BlockTable(
  { blockRuns, checks }: {
    readonly blockRuns: readonly BlockRunRow[];
    readonly checks: readonly CheckRow[];
  },
) {
  return (
    <div class="scroll">
      <table>
        <thead>
          <tr>
            <th>Block</th>
            <th>Status</th>
            <th class="number">Rows</th>
            <th class="number">Took</th>
            <th class="number">Tries</th>
            <th>Checks</th>
          </tr>
        </thead>
        <tbody>
          {blockRuns.map((block) => (
            <Fragment key={block.block}>
              <tr>
                <td>{block.block}</td>
                <td>
                  <Status status={block.status} />
                </td>
                <td class="number">{block.rows?.toLocaleString("en-US") ?? ""}</td>
                <td class="number">{spanText(block.ms)}</td>
                <td class="number">{block.attempts || ""}</td>
                <td>
                  {checks.filter((check) => check.block === block.block).map(checkText)}
                </td>
              </tr>
              {block.error === null && block.reason === null ? "" : (
                <tr>
                  <td colspan={6}>
                    <pre class={block.error === null ? "quiet" : "bad"}>
                      {block.error ?? block.reason}
                    </pre>
                  </td>
                </tr>
              )}
            </Fragment>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function checkText({ name, passed, failedRows }: CheckRow) {
  return (
    <div key={name} class={passed ? "good" : "bad"}>
      {passed ? "✓" : "✗"} {name}
      {failedRows ? ` (${failedRows.toLocaleString("en-US")} rows fail)` : ""}
    </div>
  );
}

/** What `show()` displayed. HTML is drawn in a frame in which no script runs. */
function Artifacts(
  { artifacts }: { readonly artifacts: readonly (BlockKey & Artifact)[] },
) {
  return (
    <section>
      <h2>Shown</h2>
      {artifacts.map(({ block, title, data }, at) => (
        <figure key={at}>
          <figcaption>{block}{title ? ` · ${title}` : ""}</figcaption>
          <Body data={data} />
        </figure>
      ))}
    </section>
  );
}

/** A frame begins with the browser's own type. */
const FRAME_STYLE = "<style>body { font: 13px/1.5 system-ui, sans-serif; margin: 8px }</style>";

function Body({ data }: { readonly data: Artifact["data"] }) {
  const html = data["text/html"] ?? data["image/svg+xml"];
  const png = data["image/png"];
  if (html !== undefined) {
    return <iframe sandbox="allow-same-origin" srcdoc={FRAME_STYLE + html}></iframe>;
  }
  if (png !== undefined) return <img src={`data:image/png;base64,${png}`} alt="" />;
  return <pre>{data["text/plain"] ?? Object.values(data)[0] ?? ""}</pre>;
}
