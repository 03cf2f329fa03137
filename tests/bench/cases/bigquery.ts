/** The taxi trips into BigQuery, beside the load job of Google's client. @module */
import { startTestBigQuery } from "../../services/bigquery.ts";
import type { Case } from "../case.ts";
import { figure } from "../contenders.ts";
import { ratio } from "../goals.ts";

const JOB = "load job";

const write: Case = {
  name: "bigquery",
  title: "A table of 1.24 million rows into BigQuery",
  contenders: async (bench) => {
    const { url, grpc, project } = await bench.once(startServer);
    const args = [JSON.stringify({ url, grpc, project }), await bench.trips()];
    return [
      figure(bench, "bigquery.ts", { name: "Sluice", args: ["write", ...args] }),
      figure(bench, "bigquery.ts", { name: JOB, args: ["load", ...args] }),
    ];
  },
  goals: [{ text: "Sluice ÷ load job, at most 1.2", limit: 1.2, value: ratio("Sluice", JOB) }],
};

async function startServer() {
  const server = await startTestBigQuery();
  if ("found" in server) return server.found;
  throw new Error(`Cannot measure BigQuery without ${server.install}; install it`);
}

export const cases = [write];
