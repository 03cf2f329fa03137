/** Makes an append happen once: its job has an id made of run, block, element, target and call, and
 *  BigQuery takes no id twice. A job that failed has used its id up, so the next one has a number behind. @module */
import { createHash } from "node:crypto";
import { currentScope } from "../../context/scope.ts";
import { findJob, type Job, jobEnd, type JobName } from "./job.ts";
import type { Service } from "./service.ts";

/** Names the append that the calling code is about to make; undefined outside a run's blocks, where
 *  every call appends. To be called before anything is awaited: calls are numbered in their order. */
export function appendKey(profile: string, table: string): string | undefined {
  const scope = currentScope();
  if (scope?.block === undefined || scope.run.live) return undefined;
  const target = `bigquery:${profile}:${table}`;
  const call = scope.nextCall(target);
  const parts = [scope.run.id, scope.block, scope.element ?? "", target, call];
  return createHash("sha256").update(JSON.stringify(parts)).digest("hex").slice(0, 32);
}

/** What is known of an append: done by `job`, or to be done under the names that `next` gives. */
export type AppendState =
  | { readonly status: "done"; readonly job: Job }
  | { readonly status: "open"; next(attempt: number): JobName };

/** Looks for the append under `key`; one that is still running is waited for.
 *
 * @param isThere whether the target is there: where it is not, what was appended has gone with it. */
export async function findAppend(
  service: Service,
  { key, location, isThere }: {
    readonly key: string;
    readonly location: string;
    readonly isThere: boolean;
  },
  signal: AbortSignal | undefined,
): Promise<AppendState> {
  const name = (count: number) => ({ jobId: `sluice_append_${key}_${count}`, location });
  for (let count = 1;; count++) {
    const found = await findJob(service, name(count), signal);
    if (!found) return { status: "open", next: (attempt) => name(count + attempt - 1) };
    const ended = await jobEnd(service, name(count), found, signal);
    if (ended.status.errorResult === undefined && isThere) return { status: "done", job: ended };
  }
}
