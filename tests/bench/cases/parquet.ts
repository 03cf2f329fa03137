/** The taxi file into Parquet, in one file and by day, beside duckdb's Python client. @module */
import { join } from "node:path";
import type { Case, Goal } from "../case.ts";
import { pythonRival, sluice } from "../contenders.ts";
import { ratio } from "../goals.ts";

const RIVAL = "duckdb (Python)";
const GOAL: Goal = {
  text: "Sluice ÷ duckdb, at most 2.0",
  limit: 2,
  value: ratio("Sluice", RIVAL),
};

const toParquet: Case = {
  name: "parquet",
  title: "csv.gz → filter → Parquet, 1.37 million rows",
  contenders: async (bench) => {
    const url = await bench.taxi(1);
    const variables = { url, file: join(bench.folder, "sluice.parquet") };
    const args = [url, join(bench.folder, "duckdb.parquet")];
    return [
      sluice(bench, bench.notebook("to_parquet"), { variables }),
      await pythonRival(bench, "duckdb_parquet.py", { name: RIVAL, args }),
    ];
  },
  goals: [GOAL],
};

const toPartitions: Case = {
  name: "partitions",
  title: "csv.gz → filter → Parquet partitioned by day, 1.37 million rows",
  contenders: async (bench) => {
    const url = await bench.taxi(1);
    const variables = { url, dataset: join(bench.folder, "sluice_days") };
    const args = [url, join(bench.folder, "duckdb_days"), "by-day"];
    return [
      sluice(bench, bench.notebook("to_partitions"), { variables }),
      await pythonRival(bench, "duckdb_parquet.py", { name: RIVAL, args }),
    ];
  },
  goals: [GOAL],
};

export const cases = [toParquet, toPartitions];
