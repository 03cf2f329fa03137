/** `deno task bench [case…]`: Sluice and its rivals on the same file and the same server, in turn.
 *  Prints a table for each case and appends the figures to `.sluice/bench/results.jsonl`. @module */
import { existsSync } from "node:fs";
import { join, resolve } from "node:path";
import { cpus, totalmem } from "node:os";
import { writeTaxiLookalike } from "../../runtime/commands/taxi_lookalike.ts";
import { startTestPostgres } from "../services/postgres.ts";
import { type Case, runCase } from "./case.ts";
import { casesOf, type Setting } from "./cases.ts";
import { chainNotebook } from "./chain.ts";
import { reportOf } from "./report.ts";
import { hasPsql, rivalPython } from "./rivals.ts";

const ROUNDS = 3;
const root = resolve(import.meta.dirname!, "..", "..");
const folder = join(root, ".sluice", "bench");

await Deno.mkdir(folder, { recursive: true });
const postgres = await startTestPostgres();
try {
  const cases = chosen(casesOf(await prepareSetting(postgres.url)), Deno.args);
  console.log(`${machine()}; ${ROUNDS} rounds in turn after one that is not counted\n`);
  for (const measured of cases) {
    const results = await runCase(measured, { rounds: ROUNDS });
    console.log(reportOf(measured, results));
    const line = { at: new Date().toISOString(), machine: machine(), case: measured.name };
    await Deno.writeTextFile(
      join(folder, "results.jsonl"),
      JSON.stringify({ ...line, results: [...results.values()] }) + "\n",
      { append: true },
    );
  }
} finally {
  await postgres.stop();
}

async function prepareSetting(postgresUrl: string): Promise<Setting> {
  const url = new URL(postgresUrl);
  for (const blocks of [3, 200, 1000]) {
    await Deno.writeTextFile(join(folder, `chain_${blocks}.ipynb`), chainNotebook(blocks));
  }
  return {
    root,
    folder,
    python: await rivalPython(folder),
    hasPsql: await hasPsql(),
    postgresUrl,
    postgresEnv: {
      POSTGRES_HOST: url.hostname,
      POSTGRES_PORT: url.port,
      POSTGRES_USER: decodeURIComponent(url.username),
      POSTGRES_PASSWORD: decodeURIComponent(url.password),
      POSTGRES_DBNAME: url.pathname.slice(1),
    },
    taxi: {
      1: await taxiFile(1),
      2: await taxiFile(2),
      4: await taxiFile(4),
      8: await taxiFile(8),
    },
  };
}

/** The look-alike with `factor` times the rows of January 2021; made once. */
async function taxiFile(factor: number): Promise<string> {
  const path = join(folder, `taxi_${factor}.csv.gz`);
  if (existsSync(path)) return path;
  console.error(`making ${path} …`);
  await writeTaxiLookalike(path, {
    rows: 1_369_765 * factor,
    withoutPassengerCount: 98_352 * factor,
    withZeroPassengers: 26_726 * factor,
  });
  return path;
}

function chosen(cases: readonly Case[], names: readonly string[]): readonly Case[] {
  const unknown = names.find((name) => !cases.some((known) => known.name === name));
  if (unknown !== undefined) {
    throw new Error(
      `there is no case ${unknown}; the cases: ${cases.map(({ name }) => name).join(", ")}`,
    );
  }
  return names.length === 0 ? cases : cases.filter(({ name }) => names.includes(name));
}

function machine(): string {
  const gigabytes = Math.round(totalmem() / 2 ** 30);
  return `${cpus().length} cores (${cpus()[0]?.model.trim()}), ${gigabytes} GiB, ` +
    `Deno ${Deno.version.deno}`;
}
