/** The cases of `deno task bench`: the same input and the same server for Sluice and its rivals. @module */
import { join } from "node:path";
import { type Case, type Contender, median, ratio, type Result } from "./case.ts";

export interface Setting {
  /** The project's folder. */
  readonly root: string;
  /** Where the benchmark keeps its files. */
  readonly folder: string;
  readonly python: string;
  readonly hasPsql: boolean;
  /** The server's URL, and the variables by which the profile `dev` finds it. */
  readonly postgresUrl: string;
  readonly postgresEnv: Readonly<Record<string, string>>;
  /** The taxi file with 1, 2, 4 and 8 times the rows. */
  readonly taxi: Readonly<Record<1 | 2 | 4 | 8, string>>;
}

/** Every case, in the order in which they run. */
export function casesOf(setting: Setting): Case[] {
  return [
    toPostgres(setting),
    toParquet(setting),
    toPartitions(setting),
    threeBlocks(setting),
    thousandBlocks(setting),
    compiling(setting),
    scaling(setting),
    beyondMemory(setting),
    liveKernel(setting),
  ];
}

function liveKernel({ root }: Setting): Case {
  const figure = (name: string, which: string): Contender => ({
    name,
    command: {
      args: [Deno.execPath(), "run", "-A", join(root, "tests/bench/kernel.ts"), which],
      cwd: root,
    },
    secondsOf: ({ stdout }) => JSON.parse(stdout).seconds,
  });
  return {
    name: "kernel",
    title: "The live kernel",
    contenders: [figure("start to first result", "start"), figure("reply to 1+1", "reply")],
    goals: [
      {
        text: "start, seconds, at most 1.2",
        limit: 1.2,
        value: secondsOf("start to first result"),
      },
      { text: "reply, seconds, at most 0.008", limit: 0.008, value: secondsOf("reply to 1+1") },
    ],
  };
}

function toPostgres(setting: Setting): Case {
  const { folder, python, postgresUrl, taxi } = setting;
  const rivals = join(setting.root, "tests", "bench", "rivals");
  const rival = (table: string) => [taxi[1], postgresUrl, table];
  return {
    name: "postgres",
    title: "csv.gz → filter → Postgres, 1.37 million rows",
    contenders: [
      sluice(setting, "api_to_postgres", { url: taxi[1], table: "ny_taxi.bench_sluice" }),
      ...(setting.hasPsql
        ? [{
          name: "gzip | psql",
          command: {
            args: [join(rivals, "psql_postgres.sh"), ...rival("public.bench_psql")],
            cwd: folder,
          },
        }]
        : []),
      {
        name: "pandas",
        command: {
          args: [python, join(rivals, "pandas_postgres.py"), ...rival("public.bench_pandas")],
        },
      },
    ],
    goals: [
      { text: "Sluice ÷ psql, at most 0.9", limit: 0.9, value: ratio("Sluice", "gzip | psql") },
      { text: "Sluice ÷ pandas, at most 0.2", limit: 0.2, value: ratio("Sluice", "pandas") },
      { text: "peak MB, at most 800", limit: 800, value: peakOf("Sluice") },
    ],
  };
}

function toParquet(setting: Setting): Case {
  const { folder, taxi } = setting;
  return {
    name: "parquet",
    title: "csv.gz → filter → Parquet, 1.37 million rows",
    contenders: [
      sluice(setting, join(setting.root, "tests", "bench", "notebooks", "to_parquet.ipynb"), {
        url: taxi[1],
        file: join(folder, "sluice.parquet"),
      }),
      duckdb(setting, [taxi[1], join(folder, "duckdb.parquet")]),
    ],
    goals: [{
      text: "Sluice ÷ duckdb, at most 2.0",
      limit: 2,
      value: ratio("Sluice", "duckdb (Python)"),
    }],
  };
}

function toPartitions(setting: Setting): Case {
  const { folder, taxi } = setting;
  return {
    name: "partitions",
    title: "csv.gz → filter → Parquet partitioned by day, 1.37 million rows",
    contenders: [
      sluice(setting, join(setting.root, "tests", "bench", "notebooks", "to_partitions.ipynb"), {
        url: taxi[1],
        dataset: join(folder, "sluice_days"),
      }),
      duckdb(setting, [taxi[1], join(folder, "duckdb_days"), "by-day"]),
    ],
    goals: [{
      text: "Sluice ÷ duckdb, at most 2.0",
      limit: 2,
      value: ratio("Sluice", "duckdb (Python)"),
    }],
  };
}

function threeBlocks(setting: Setting): Case {
  return {
    name: "three",
    title: "Three trivial blocks, the whole `deno task run --json`",
    contenders: [sluice(setting, join(setting.folder, "chain_3.ipynb"), {})],
    goals: [{ text: "seconds, at most 0.3", limit: 0.3, value: secondsOf("Sluice") }],
  };
}

function thousandBlocks(setting: Setting): Case {
  const chain = (blocks: number): Contender => ({
    ...sluice(setting, join(setting.folder, `chain_${blocks}.ipynb`), {}),
    name: `${blocks} blocks`,
  });
  return {
    name: "thousand",
    title: "1,000 blocks in a chain, each state durable",
    contenders: [chain(1000), chain(3)],
    goals: [{
      text: "milliseconds a block, at most 1",
      limit: 1,
      value: (results) => {
        const [many, few] = [results.get("1000 blocks"), results.get("3 blocks")];
        return many && few ? (median(many.seconds) - median(few.seconds)) / 0.997 : undefined;
      },
    }],
  };
}

function compiling(setting: Setting): Case {
  const notebook = join(setting.folder, "chain_200.ipynb");
  const compile: Contender["command"] = {
    args: [Deno.execPath(), "run", "-A", "--quiet", "runtime/cli.ts", "graph", notebook],
    cwd: setting.root,
  };
  const compiled = join(setting.root, ".sluice", "compiled");
  return {
    name: "compile",
    title: "A notebook of 200 cells compiled (`graph`), process included",
    contenders: [
      {
        name: "cold",
        command: compile,
        prepare: () => removeCompiled(compiled, "chain_200"),
      },
      { name: "from the cache", command: compile },
    ],
    goals: [
      { text: "seconds cold, at most 0.5", limit: 0.5, value: secondsOf("cold") },
      {
        text: "seconds from the cache, at most 0.06",
        limit: 0.06,
        value: secondsOf("from the cache"),
      },
    ],
  };
}

async function removeCompiled(folder: string, name: string): Promise<void> {
  for await (const entry of Deno.readDir(folder)) {
    if (entry.name.startsWith(name)) await Deno.remove(join(folder, entry.name));
  }
}

function scaling(setting: Setting): Case {
  const times = (factor: 1 | 2 | 4): Contender => ({
    ...sluice(setting, "api_to_postgres", {
      url: setting.taxi[factor],
      table: `ny_taxi.bench_sluice_${factor}`,
    }),
    name: `${factor} ×`,
  });
  const growth = (from: string, to: string, of: "seconds" | "peakMb") =>
  (
    results: ReadonlyMap<string, Result>,
  ) => median(results.get(to)![of]) / median(results.get(from)![of]);
  return {
    name: "scaling",
    title: "csv.gz → filter → Postgres, 1, 2 and 4 times the rows",
    contenders: [times(1), times(2), times(4)],
    goals: (["seconds", "peakMb"] as const).flatMap((of) => [
      { text: `${of}, 2 × over 1 ×, at most 2.3`, limit: 2.3, value: growth("1 ×", "2 ×", of) },
      { text: `${of}, 4 × over 2 ×, at most 2.3`, limit: 2.3, value: growth("2 ×", "4 ×", of) },
    ]),
  };
}

function beyondMemory(setting: Setting): Case {
  const notebooks = join(setting.root, "tests", "bench", "notebooks");
  const stream = (name: string, factor: 1 | 8, target: "postgres" | "parquet"): Contender => ({
    ...sluice(setting, join(notebooks, `stream_to_${target}.ipynb`), {
      url: setting.taxi[factor],
      ...(target === "postgres"
        ? { table: `ny_taxi.bench_stream_${factor}` }
        : { file: join(setting.folder, `stream_${factor}.parquet`) }),
    }),
    name,
  });
  return {
    name: "stream",
    title: "As streams: csv.gz → filter → check → Postgres and → Parquet, 1.37 and 11 million rows",
    contenders: [
      stream("Postgres, 1 ×", 1, "postgres"),
      stream("Postgres, 8 ×", 8, "postgres"),
      stream("Parquet, 1 ×", 1, "parquet"),
      stream("Parquet, 8 ×", 8, "parquet"),
    ],
    goals: ["Postgres", "Parquet"].flatMap((target) => [
      { text: `${target}: peak MB, at most 500`, limit: 500, value: peakOf(`${target}, 8 ×`) },
      {
        text: `${target}: seconds, 8 × over 1 ×, at most 8`,
        limit: 8,
        value: ratio(`${target}, 8 ×`, `${target}, 1 ×`),
      },
    ]),
  };
}

function sluice(
  { root, postgresEnv }: Setting,
  pipeline: string,
  variables: Readonly<Record<string, string>>,
): Contender {
  const vars = Object.entries(variables).flatMap(([name, value]) => ["--var", `${name}=${value}`]);
  return {
    name: "Sluice",
    command: {
      args: [Deno.execPath(), "task", "run", pipeline, ...vars, "--json"],
      cwd: root,
      env: postgresEnv,
    },
  };
}

function duckdb({ root, python }: Setting, args: readonly string[]): Contender {
  const script = join(root, "tests", "bench", "rivals", "duckdb_parquet.py");
  return { name: "duckdb (Python)", command: { args: [python, script, ...args] } };
}

function secondsOf(contender: string) {
  return (results: ReadonlyMap<string, Result>) => median(results.get(contender)!.seconds);
}

function peakOf(contender: string) {
  return (results: ReadonlyMap<string, Result>) => Math.max(...results.get(contender)!.peakMb);
}
