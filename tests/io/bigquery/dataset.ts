/** What a test of BigQuery needs: a dataset and a project folder of its own, and a look at the server
 *  past Sluice's code. @module */
import { join } from "node:path";
import type { BigQueryAddress } from "../../services/bigquery.ts";
import { type BlockOptions, inRun } from "../../services/postgres.ts";

/** A dataset that goes with the test. */
export interface TestDataset extends AsyncDisposable {
  readonly name: string;
  readonly folder: string;
  readonly server: BigQueryAddress;
  /** Calls `work` as a block of a run whose profiles `default` and `dev` are this server. */
  inRun<Result>(work: () => Promise<Result>, options?: BlockOptions): Promise<Result>;
  /** Rows by plain HTTP, every value as text. */
  rows(query: string): Promise<(string | null)[][]>;
  /** Any resource by plain HTTP. */
  get(path: string): Promise<Record<string, unknown>>;
}

/** A dataset's name and a folder; the dataset itself is for the first write to make. */
export async function testDataset(
  server: BigQueryAddress,
  keys: Readonly<Record<string, string>> = {},
): Promise<TestDataset> {
  const name = `test_${crypto.randomUUID().replaceAll("-", "_")}`;
  const folder = await Deno.makeTempDir({ prefix: "sluice-bigquery-" });
  const values = {
    GOOGLE_PROJECT_ID: server.project,
    GOOGLE_BIGQUERY_ENDPOINT: server.url,
    GOOGLE_LOCATION: "US",
    ...keys,
  };
  const lines = Object.entries(values).map(([key, value]) => `  ${key}: ${value}`).join("\n");
  await Deno.writeTextFile(join(folder, "io_config.yaml"), `default:\n${lines}\ndev:\n${lines}\n`);
  const project = `${server.url}/bigquery/v2/projects/${server.project}`;
  const ask = async (path: string, init?: RequestInit) => {
    const response = await fetch(`${project}/${path}`, init);
    const text = await response.text();
    if (!response.ok) throw new Error(text);
    return text === "" ? {} : JSON.parse(text);
  };
  return {
    name,
    folder,
    server,
    inRun: (work, options) => inRun(folder, work, options),
    get: (path) => ask(path),
    async rows(query) {
      const body = JSON.stringify({ query, useLegacySql: false, timeoutMs: 60_000 });
      const headers = { "content-type": "application/json" };
      const { rows = [] } = await ask("queries", { method: "POST", body, headers });
      return rows.map(({ f }: { f: { v: string | null }[] }) => f.map(({ v }) => v));
    },
    async [Symbol.asyncDispose]() {
      await ask(`datasets/${name}?deleteContents=true`, { method: "DELETE" }).catch(() => {});
      await Deno.remove(folder, { recursive: true });
    },
  };
}
