/** The taxi file as a stream, at one and eight times its size: memory stays flat. @module */
import { join } from "node:path";
import type { Case, Contender } from "../case.ts";
import { sluice } from "../contenders.ts";
import { peakOf, ratio } from "../goals.ts";

const beyondMemory: Case = {
  name: "stream",
  title: "As streams: csv.gz → filter → check → Postgres and → Parquet, 1.37 and 11 million rows",
  contenders: async (bench) => {
    const { env } = await bench.postgres();
    const postgres = async (factor: number): Promise<Contender> =>
      sluice(bench, bench.notebook("stream_to_postgres"), {
        name: `Postgres, ${factor} ×`,
        variables: { url: await bench.taxi(factor), table: `ny_taxi.bench_stream_${factor}` },
        env,
      });
    const parquet = async (factor: number): Promise<Contender> =>
      sluice(bench, bench.notebook("stream_to_parquet"), {
        name: `Parquet, ${factor} ×`,
        variables: {
          url: await bench.taxi(factor),
          file: join(bench.folder, `stream_${factor}.parquet`),
        },
      });
    return [await postgres(1), await postgres(8), await parquet(1), await parquet(8)];
  },
  goals: ["Postgres", "Parquet"].flatMap((target) => [
    { text: `${target}: peak MB, at most 500`, limit: 500, value: peakOf(`${target}, 8 ×`) },
    {
      text: `${target}: seconds, 8 × over 1 ×, at most 8`,
      limit: 8,
      value: ratio(`${target}, 8 ×`, `${target}, 1 ×`),
    },
  ]),
};

export const cases = [beyondMemory];
