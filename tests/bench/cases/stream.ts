/** The taxi file as a stream, at one and eight times its size: memory stays flat. @module */
import { join } from "node:path";
import type { Case, Contender } from "../case.ts";
import { sluice } from "../contenders.ts";
import { peakOf, ratio } from "../goals.ts";

const beyondMemory: Case = {
  name: "stream",
  title:
    "As streams: csv.gz → filter → check → Postgres, → Parquet and → Parquet by day, 1.37 and 11 million rows",
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
    const days = async (factor: number): Promise<Contender> =>
      sluice(bench, bench.notebook("stream_to_partitions"), {
        name: `By day, ${factor} ×`,
        variables: {
          url: await bench.taxi(factor),
          dataset: join(bench.folder, `stream_${factor}_days`),
        },
      });
    const contenders: Contender[] = [];
    for (const into of [postgres, parquet, days]) contenders.push(await into(1), await into(8));
    return contenders;
  },
  goals: ["Postgres", "Parquet", "By day"].flatMap((target) => [
    { text: `${target}: peak MB, at most 500`, limit: 500, value: peakOf(`${target}, 8 ×`) },
    {
      text: `${target}: seconds, 8 × over 1 ×, at most 8`,
      limit: 8,
      value: ratio(`${target}, 8 ×`, `${target}, 1 ×`),
    },
  ]),
};

export const cases = [beyondMemory];
