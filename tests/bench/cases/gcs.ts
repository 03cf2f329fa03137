/** The taxi trips into a bucket: as one object beside Google's client, by day beside pyarrow. @module */
import { startTestGcs } from "../../services/gcs.ts";
import type { Bench } from "../bench.ts";
import type { Case } from "../case.ts";
import { figure, printedSeconds, pythonRival } from "../contenders.ts";
import { ratio } from "../goals.ts";

const CLIENT = "@google-cloud/storage";

const upload: Case = {
  name: "upload",
  title: "Parquet of 1.24 million rows into a bucket",
  contenders: async (bench) => {
    const args = [await server(bench), await bench.trips()];
    return [
      figure(bench, "gcs.ts", { name: "Sluice", args: ["upload", ...args] }),
      figure(bench, "gcs.ts", { name: CLIENT, args: ["client upload", ...args] }),
    ];
  },
  // 0.8 times the rate
  goals: [{ text: "Sluice ÷ client, at most 1.25", limit: 1.25, value: ratio("Sluice", CLIENT) }],
};

const days: Case = {
  name: "bucket",
  title: "A table of 1.24 million rows into a bucket, partitioned by day",
  contenders: async (bench) => {
    const args = [await server(bench), await bench.trips()];
    const rival = await pythonRival(bench, "pyarrow_gcs.py", { name: "pyarrow", args });
    return [
      figure(bench, "gcs.ts", { name: "Sluice", args: ["days", ...args] }),
      { ...rival, secondsOf: printedSeconds },
    ];
  },
  goals: [{ text: "Sluice ÷ pyarrow, at most 1.0", limit: 1, value: ratio("Sluice", "pyarrow") }],
};

async function server(bench: Bench): Promise<string> {
  return (await bench.once(startServer)).url;
}

async function startServer() {
  const server = await startTestGcs();
  if ("found" in server) return server.found;
  throw new Error(`Cannot measure buckets without ${server.install}; install it`);
}

export const cases = [upload, days];
