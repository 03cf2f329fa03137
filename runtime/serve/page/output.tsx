/** @jsxRuntime automatic */
/** @jsxImportSource hono/jsx */
/** What a block handed on, looked into. @module */
import type { RunRow } from "../../run/run_store.ts";
import type { ListedOutput, OutputPreview } from "../outputs.ts";
import { Layout } from "./layout.tsx";
import { runPath } from "./parts.tsx";
import { Shape } from "./shown.tsx";

/** One output of a run: the beginning of a table, or a value. */
export function OutputPage(
  { run, output, preview }: {
    readonly run: RunRow;
    readonly output: ListedOutput;
    readonly preview: OutputPreview;
  },
) {
  const { block, name, rows, bytes } = output;
  return (
    <Layout title={`${name} of ${block}`} place="runs">
      <h1>{name}</h1>
      <p class="quiet">
        {block} of <a href={runPath(run.id)}>{run.id}</a>
        {rows === null ? "" : ` · ${rows.toLocaleString("en-US")} rows`}
        {bytes === 0 ? "" : ` · ${(bytes / 1e6).toFixed(1)} MB`}
        {preview.isPart ? ` · the first ${preview.rows.toLocaleString("en-US")} rows` : ""}
      </p>
      <Shape media={preview.media} />
    </Layout>
  );
}
