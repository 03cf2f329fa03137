/** One figure of BigQuery, in seconds, as JSON: `bigquery.ts WHAT SERVER FILE`, the median time until the
 *  rows of the Parquet file FILE are in a table; WHAT is `write`, Sluice's of a table that was read, or
 *  `load`, the load job of Google's client for the file as it is. @module */
import { BigQuery } from "@google-cloud/bigquery";
import { OAuth2Client } from "google-auth-library";
import { bigquery, readParquet } from "../../mod.ts";
import { testDataset } from "../io/bigquery/dataset.ts";
import { medianSeconds } from "./goals.ts";

const TIMES = 3;

const [what = "", address = "", file = ""] = Deno.args;
const server = JSON.parse(address);
await using dataset = await testDataset(server);
const seconds = await dataset.inRun(async () => {
  const trips = await readParquet(file);
  const target = `${dataset.name}.trips`;
  // makes the dataset, and the table that each time replaces
  await bigquery("dev").write(trips, target);
  const authClient = new OAuth2Client();
  authClient.setCredentials({ access_token: "none", expiry_date: Date.now() + 3_600_000 });
  const table = new BigQuery({ projectId: server.project, apiEndpoint: server.url, authClient })
    .dataset(dataset.name).table("trips");
  const load = { sourceFormat: "PARQUET", writeDisposition: "WRITE_TRUNCATE" };
  return await medianSeconds(
    TIMES,
    what === "load"
      ? () => table.load(file, load)
      : () => bigquery("dev").write(trips, target, { ifExists: "replace" }),
  );
});
console.log(JSON.stringify({ seconds }));
