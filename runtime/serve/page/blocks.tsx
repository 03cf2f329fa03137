/** @jsxRuntime automatic */
/** @jsxImportSource hono/jsx */
/** The blocks of a run as a table: how each ended, its checks, what it handed on. @module */
import { Fragment } from "hono/jsx";
import { shownBlockStatus } from "../../run/shown_status.ts";
import type { BlockRunRow, CheckRow } from "../../run/run_store.ts";
import { isEnded } from "../../run/status.ts";
import type { ListedOutput } from "../outputs.ts";
import { runPath, Span, Status } from "./parts.tsx";

export interface BlockTableProps {
  readonly run: string;
  /** Elements of `each()` among them. */
  readonly blockRuns: readonly BlockRunRow[];
  readonly checks: readonly CheckRow[];
  readonly outputs: readonly ListedOutput[];
}

/** A row for each block; a failed one has its error below. */
export function BlockTable({ run, blockRuns, checks, outputs }: BlockTableProps) {
  const whole = blockRuns.filter(({ element }) => element === null);
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
            <th>Outputs</th>
          </tr>
        </thead>
        <tbody>
          {whole.map((block) => (
            <Fragment key={block.block}>
              <tr>
                <td>{block.block}</td>
                <td>
                  <Status status={shownBlockStatus(block)} />
                  <Elements of={blockRuns.filter((one) => isElementOf(one, block))} />
                </td>
                <td class="number">{countText(block.rows)}</td>
                <td class="number">
                  <Span ms={block.ms} since={block.startedAt} status={block.status} />
                </td>
                <td class="number">{block.attempts || ""}</td>
                <td>{checks.filter((check) => check.block === block.block).map(checkText)}</td>
                <td>
                  {outputs.filter((output) => output.block === block.block).map((output) => (
                    <Output key={output.name} run={run} output={output} />
                  ))}
                </td>
              </tr>
              {block.error === null && block.reason === null ? "" : (
                <tr>
                  <td colspan={7}>
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

function isElementOf(one: BlockRunRow, block: BlockRunRow): boolean {
  return one.element !== null && one.block === block.block;
}

/** `8 of 10 elements, 1 failed`. */
function Elements({ of }: { readonly of: readonly BlockRunRow[] }) {
  if (of.length === 0) return null;
  const ended = of.filter(({ status }) => isEnded(status)).length;
  const failed = of.filter(({ status }) => status === "failed").length;
  return (
    <small class="quiet">
      {" "}
      {ended} of {of.length} elements{failed === 0 ? "" : `, ${failed} failed`}
    </small>
  );
}

function Output({ run, output }: { readonly run: string; readonly output: ListedOutput }) {
  const { block, name, rows } = output;
  const path = `${runPath(run)}/outputs/${encodeURIComponent(block)}/${encodeURIComponent(name)}`;
  return (
    <div>
      <a href={path}>{name}</a>{" "}
      {rows === null ? "" : <span class="quiet">{countText(rows)} rows</span>}
    </div>
  );
}

function checkText({ name, passed, failedRows }: CheckRow) {
  return (
    <div key={name} class={passed ? "good" : "bad"}>
      {passed ? "✓" : "✗"} {name}
      {failedRows ? ` (${countText(failedRows)} rows fail)` : ""}
    </div>
  );
}

function countText(count: number | null): string {
  return count?.toLocaleString("en-US") ?? "";
}
