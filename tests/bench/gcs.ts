/** One figure of a bucket, in seconds, as JSON: `gcs.ts WHAT SERVER FILE`, where WHAT is `upload` or
 *  `client upload`, the median time of FILE's way into a bucket, by Sluice or by Google's client; or
 *  `days`, that of FILE's table as a dataset by day. @module */
import { Storage } from "@google-cloud/storage";
import { storageClient } from "../../runtime/io/gcs/storage_client.ts";
import { uploadFile } from "../../runtime/io/gcs/upload.ts";
import { readParquet, writePartitioned } from "../../mod.ts";
import { testBucket } from "../services/gcs.ts";
import { medianSeconds } from "./goals.ts";

const TIMES = 3;

const [what = "", url = "", file = ""] = Deno.args;
await using bucket = await testBucket(url);
const seconds = await bucket.inRun(async () => {
  const client = await storageClient("dev");
  const bare = new Storage({ apiEndpoint: url, projectId: "test" }).bucket(bucket.name);
  const works: Record<string, (at: number) => Promise<unknown>> = {
    "upload": (at) => uploadFile(client, { bucket: bucket.name, name: `${at}.parquet` }, file),
    "client upload": (at) => bare.upload(file, { destination: `${at}.parquet` }),
  };
  if (what === "days") {
    const trips = await readParquet(file);
    works["days"] = (at) =>
      writePartitioned(trips, `gs://${bucket.name}/${at}`, { by: "tpep_pickup_date" });
  }
  return await medianSeconds(TIMES, works[what]!);
});
console.log(JSON.stringify({ seconds }));
