import assert from "node:assert/strict";
import { bigquery } from "../../../runtime/io/bigquery/connection.ts";
import { ident } from "../../../runtime/io/postgres/sql_text.ts";
import { tableFromRows } from "../../../runtime/table/table_from_rows.ts";
import { testBigQuery } from "../../services/bigquery.ts";
import { type Seen, serveFaults } from "../../services/fault_proxy.ts";
import { testWith } from "../../services/tools.ts";
import { type TestDataset, testDataset } from "./dataset.ts";

const server = await testBigQuery();

interface JobResource {
  readonly id: string;
  readonly configuration: { readonly labels?: { readonly run?: string } };
  readonly status: { readonly state: string; readonly errorResult?: { readonly reason: string } };
}

/** The run's only job, once the server knows it. */
async function jobOf(dataset: TestDataset, run: string): Promise<JobResource | undefined> {
  const { jobs } = await dataset.get("jobs") as { jobs: JobResource[] };
  return jobs.find(({ configuration }) => configuration.labels?.run === run);
}

/** How the job ends. The server interrupts the statement that is running, and forgets it between two: so it is
 *  asked again. Its reason is `stopped` only where it was asked at all. */
async function endOf(dataset: TestDataset, { url, project }: typeof dataset.server, run: string) {
  for (;;) {
    const job = (await jobOf(dataset, run))!;
    if (job.status.state === "DONE") return job.status;
    const id = job.id.split(".").at(-1);
    const asked = await fetch(`${url}/bigquery/v2/projects/${project}/jobs/${id}/cancel`, {
      method: "POST",
    });
    await asked.body?.cancel();
  }
}

async function until(isTrue: () => boolean): Promise<void> {
  while (!isTrue()) await new Promise((resolve) => setTimeout(resolve, 10));
}

const isCancel = ({ method, path }: Seen) => method === "POST" && /\/jobs\/.*\/cancel/.test(path);
const isBegun = ({ method, path }: Seen) => method === "POST" && path.endsWith("/jobs");
const isLook = ({ method, path }: Seen) => method === "GET" && path.includes("/queries/");

const moments = [
  ["while its beginning is on its way", isBegun],
  ["while the job runs", isLook],
] as const;
for (const [when, isMoment] of moments) {
  testWith(`a run that is cancelled ${when} cancels the job`, server, async (found) => {
    await using proxy = serveFaults(found.url, () => undefined);
    await using dataset = await testDataset(found, { GOOGLE_BIGQUERY_ENDPOINT: proxy.url });
    await using direct = await testDataset(found);
    const many = `${dataset.name}.many`;
    const numbers = Array.from({ length: 50_000 }, (_, n) => ({ n }));
    await direct.inRun(() =>
      bigquery().write(tableFromRows(numbers, { types: { n: "int64" } }), many)
    );
    const run = new AbortController();
    const id = crypto.randomUUID();
    const running = dataset.inRun(
      () =>
        bigquery().query`select sum(mod(a.n * b.n, 7)) as n
          from ${ident(many)} as a cross join ${ident(many)} as b`,
      { run: id, signal: run.signal },
    );
    const outcome = assert.rejects(running, { message: "the user said so" });
    await until(() => proxy.seen.some(isMoment));
    run.abort(new Error("the user said so"));
    await outcome;
    assert.equal(proxy.seen.filter(isCancel).length > 0, true, "the job was not cancelled");
    const { errorResult } = await endOf(dataset, found, id);
    assert.equal(errorResult?.reason, "stopped");
  });
}

testWith("a run that is cancelled during an upload begins no job", server, async (found) => {
  await using proxy = serveFaults(
    found.url,
    ({ method }) => method === "PUT" ? { kind: "stall" } : undefined,
  );
  await using dataset = await testDataset(found, { GOOGLE_BIGQUERY_ENDPOINT: proxy.url });
  const run = new AbortController();
  const id = crypto.randomUUID();
  const rows = tableFromRows([{ n: 1 }], { types: { n: "int64" } });
  const writing = dataset.inRun(() => bigquery().write(rows, `${dataset.name}.none`), {
    run: id,
    signal: run.signal,
  });
  const outcome = assert.rejects(writing, { message: "the user said so" });
  await until(() => proxy.seen.some(({ method }) => method === "PUT"));
  run.abort(new Error("the user said so"));
  await outcome;
  assert.equal(await jobOf(dataset, id), undefined);
});
