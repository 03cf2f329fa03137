/** What cases run on, each part made at its first use: servers, rivals and files. @module */
import { existsSync } from "node:fs";
import { join, resolve } from "node:path";
import { dayOf, TAXI_TYPES } from "../../blocks/taxi.ts";
import { derive, filter, readCsv, writeParquet } from "../../mod.ts";
import { writeTaxiLookalike } from "../../runtime/commands/taxi_lookalike.ts";
import { startTestPostgres } from "../services/postgres.ts";
import { chainNotebook } from "./chain.ts";
import { hasPsql, rivalPython } from "./rivals.ts";

/** What a `start` given to `once` gives: something that may have to be stopped. */
export interface Started {
  stop?(): Promise<void>;
}

export class Bench implements AsyncDisposable {
  /** The project's folder. */
  readonly root = resolve(import.meta.dirname!, "..", "..");
  /** Where the benchmark keeps its files. */
  readonly folder = join(this.root, ".sluice", "bench");
  readonly #started = new Map<unknown, Promise<unknown>>();

  /** Calls `start` the first time, gives the same later, and stops it after the last case. */
  once<Thing>(start: () => Promise<Thing & Started>): Promise<Thing & Started> {
    const known = this.#started.get(start) as Promise<Thing & Started> | undefined;
    if (known) return known;
    const started = start();
    this.#started.set(start, started);
    return started;
  }

  /** The server's URL, and the variables by which the profile `dev` finds it. */
  async postgres(): Promise<{ readonly url: string; readonly env: Record<string, string> }> {
    const { url: text } = await this.once(startTestPostgres);
    const url = new URL(text);
    const env = {
      POSTGRES_HOST: url.hostname,
      POSTGRES_PORT: url.port,
      POSTGRES_USER: decodeURIComponent(url.username),
      POSTGRES_PASSWORD: decodeURIComponent(url.password),
      POSTGRES_DBNAME: url.pathname.slice(1),
    };
    return { url: text, env };
  }

  /** The Python that has the rivals. */
  python(): Promise<string> {
    return rivalPython(this.folder);
  }

  hasPsql(): Promise<boolean> {
    return hasPsql();
  }

  /** The taxi look-alike with `factor` times the rows of January 2021. */
  async taxi(factor: number): Promise<string> {
    const path = join(this.folder, `taxi_${factor}.csv.gz`);
    if (existsSync(path)) return path;
    console.error(`making ${path} …`);
    await writeTaxiLookalike(path, {
      rows: 1_369_765 * factor,
      withoutPassengerCount: 98_352 * factor,
      withZeroPassengers: 26_726 * factor,
    });
    return path;
  }

  /** The trips with passengers of January 2021 as Parquet, with their day: 1.24 million rows. */
  async trips(): Promise<string> {
    const path = join(this.folder, "trips.parquet");
    if (existsSync(path)) return path;
    console.error(`making ${path} …`);
    const trips = await readCsv(await this.taxi(1), { types: TAXI_TYPES });
    const clean = derive(filter(trips, (trip) => (trip.passenger_count ?? 0) > 0), {
      tpep_pickup_date: { type: "date", from: (trip) => dayOf(trip.tpep_pickup_datetime) },
    });
    await writeParquet(clean, path);
    return path;
  }

  /** A notebook of trivial blocks in a chain. */
  async chain(blocks: number): Promise<string> {
    const path = join(this.folder, `chain_${blocks}.ipynb`);
    await Deno.writeTextFile(path, chainNotebook(blocks));
    return path;
  }

  /** One of the notebooks beside this file. */
  notebook(name: string): string {
    return join(this.root, "tests", "bench", "notebooks", `${name}.ipynb`);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const started of this.#started.values()) {
      const thing = await started.catch(() => undefined) as Started | undefined;
      await thing?.stop?.();
    }
  }
}
