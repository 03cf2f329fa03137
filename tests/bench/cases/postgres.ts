/** The taxi file into Postgres, beside `gzip | psql` and pandas, and at growing sizes. @module */
import { join } from "node:path";
import type { Case, Contender } from "../case.ts";
import { pythonRival, sluice } from "../contenders.ts";
import { growth, peakOf, ratio } from "../goals.ts";

const toPostgres: Case = {
  name: "postgres",
  title: "csv.gz → filter → Postgres, 1.37 million rows",
  contenders: async (bench) => {
    const url = await bench.taxi(1);
    const server = await bench.postgres();
    const variables = { url, table: "ny_taxi.bench_sluice" };
    const script = join(bench.root, "tests", "bench", "rivals", "psql_postgres.sh");
    const psqlArgs = [script, url, server.url, "public.bench_psql"];
    const psql: readonly Contender[] = [
      { name: "gzip | psql", command: { args: psqlArgs } },
      // All or nothing, as Sluice's write is; a server with wal_level=minimal writes no WAL for it.
      {
        name: "gzip | psql, one transaction",
        command: { args: [...psqlArgs, "--single-transaction"] },
      },
    ];
    const args = [url, server.url, "public.bench_pandas"];
    return [
      sluice(bench, "api_to_postgres", { variables, env: server.env }),
      ...(await bench.hasPsql() ? psql : []),
      await pythonRival(bench, "pandas_postgres.py", { name: "pandas", args }),
    ];
  },
  goals: [
    { text: "Sluice ÷ psql, at most 0.9", limit: 0.9, value: ratio("Sluice", "gzip | psql") },
    { text: "Sluice ÷ pandas, at most 0.2", limit: 0.2, value: ratio("Sluice", "pandas") },
    { text: "peak MB, at most 800", limit: 800, value: peakOf("Sluice") },
  ],
};

const scaling: Case = {
  name: "scaling",
  title: "csv.gz → filter → Postgres, 1, 2 and 4 times the rows",
  contenders: async (bench) => {
    const { env } = await bench.postgres();
    const contenders: Contender[] = [];
    for (const factor of [1, 2, 4]) {
      const url = await bench.taxi(factor);
      const variables = { url, table: `ny_taxi.bench_sluice_${factor}` };
      contenders.push(sluice(bench, "api_to_postgres", { name: `${factor} ×`, variables, env }));
    }
    return contenders;
  },
  goals: (["seconds", "peakMb"] as const).flatMap((of) => [
    { text: `${of}, 2 × over 1 ×, at most 2.3`, limit: 2.3, value: growth("1 ×", "2 ×", of) },
    { text: `${of}, 4 × over 2 ×, at most 2.3`, limit: 2.3, value: growth("2 ×", "4 ×", of) },
  ]),
};

export const cases = [toPostgres, scaling];
