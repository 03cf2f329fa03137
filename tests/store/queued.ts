/** Runs for the tests of the queue. @module */
import { openStore, type Store } from "../../runtime/store/open_store.ts";
import type { AcceptedRun } from "../../runtime/store/run_queue.ts";

/** A run of the pipeline `p` with nothing special about it. */
export function acceptedRun(more: Partial<AcceptedRun>): AcceptedRun {
  return {
    id: "r",
    pipeline: "p",
    notebook: "/p/notebooks/p.ipynb",
    createdAt: 1000,
    executionDate: "2024-03-01T00:00:00+00:00[UTC]",
    interval: null,
    variables: {},
    profile: null,
    event: undefined,
    block: null,
    hasUpstream: false,
    keep: "all",
    trigger: null,
    backfill: null,
    key: null,
    priority: 0,
    lane: null,
    isSkippable: false,
    compiled: null,
    timeoutMs: null,
    retry: null,
    slaMs: null,
    onLost: "resume",
    refusal: null,
    ...more,
  };
}

/** Calls `work` with a history of its own. */
export async function withStore(work: (store: Store) => Promise<void>): Promise<void> {
  const folder = await Deno.makeTempDir({ prefix: "sluice-store-" });
  const store = openStore(folder);
  try {
    await work(store);
  } finally {
    store.close();
    await Deno.remove(folder, { recursive: true });
  }
}
