/** Makes an append happen once: its job has an id made of run, block, element, target and call, and
 *  BigQuery takes no id twice. A job that failed has used its id up, so the next one has a number behind. @module */
import { findJob, type Job, jobEnd, type JobName } from "./job.ts";
import type { Service } from "./service.ts";

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
