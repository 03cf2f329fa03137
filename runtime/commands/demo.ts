/** `demo`: the taxi pipeline on a file made here: a month of taxi trips from a csv.gz into Postgres, checked.
 *  Everything that it makes stays in `.sluice/`, so that the second demo takes seconds. @module */
import { existsSync } from "node:fs";
import { join } from "node:path";
import type { Declare } from "./commands.ts";
import { EXIT, type ExitCode } from "./exit_code.ts";
import { main } from "./main.ts";
import type { Place } from "./place.ts";
import { JANUARY_2021, writeTaxiLookalike } from "./taxi_lookalike.ts";

const PIPELINE = "api_to_postgres";
const TABLE = "ny_taxi.yellow_cab_data";

export const declare: Declare = (command) => {
  command.summary = "run the taxi pipeline on a file made here, into a Postgres of its own";
  return showDemo;
};

async function showDemo(place: Place): Promise<ExitCode> {
  const file = join(place.project, ".sluice", "demo", "yellow_tripdata_2021-01.csv.gz");
  if (!existsSync(file)) {
    console.log(`making ${JANUARY_2021.rows.toLocaleString("en")} taxi trips …`);
    await writeTaxiLookalike(file);
  }
  const { postgres, ident, previewText } = await import("../../mod.ts");
  // Held open over the run, so that the embedded server is started once and stopped at the end.
  const database = postgres("dev");
  await database.query`select 1`;

  const exitCode = await main(["run", PIPELINE, "--var", `url=${file}`, "--var", `table=${TABLE}`]);
  if (exitCode !== EXIT.completed) return exitCode;

  const counts = await database.query<{ trips: number; without_passengers: number }>`
    select count(*) as trips, count(*) filter (where passenger_count is not distinct from 0
      or passenger_count is null) as without_passengers
    from ${ident(TABLE)}`;
  const first = await database.query`
    select tpep_pickup_datetime, passenger_count, trip_distance, total_amount
    from ${ident(TABLE)} order by tpep_pickup_datetime limit 5`;
  console.log(`\nIn the database, ${TABLE}:\n${previewText(counts)}\n\n${previewText(first)}\n`);
  console.log(NEXT);
  return EXIT.completed;
}

const NEXT = `Next:
  open notebooks/${PIPELINE}.ipynb: the pipeline is the notebook
  deno task graph ${PIPELINE}    its blocks, as Mermaid
  deno task runs                     what ran so far
  deno task new my_pipeline          a pipeline of your own`;
