/** What the taxi pipelines share: the columns of the city's yellow cab files. @module */
import type { Table } from "sluice";

/** The columns of `yellow_tripdata_*.csv`, in the file's order. */
export const TAXI_TYPES = {
  VendorID: "int16",
  tpep_pickup_datetime: "timestamp",
  tpep_dropoff_datetime: "timestamp",
  passenger_count: "int16",
  trip_distance: "float64",
  RatecodeID: "int16",
  store_and_fwd_flag: "string",
  PULocationID: "int16",
  DOLocationID: "int16",
  payment_type: "int16",
  fare_amount: "float64",
  extra: "float64",
  mta_tax: "float64",
  tip_amount: "float64",
  tolls_amount: "float64",
  improvement_surcharge: "float64",
  total_amount: "float64",
  congestion_surcharge: "float64",
} as const;

/** How many trips were recorded with zero passengers, and how many with no count at all.
 *
 * @example
 * ```ts
 * import { tableFromRows } from "sluice";
 * import { countPassengers } from "./taxi.ts";
 * const trips = tableFromRows([{ passenger_count: 0 }, { passenger_count: null }], {
 *   types: { passenger_count: "int16" },
 * });
 * console.log(countPassengers(trips)); // { zero: 1, unrecorded: 1 }
 * ``` */
export function countPassengers(
  trips: Table<{ readonly passenger_count: number | null }>,
): { zero: number; unrecorded: number } {
  const counts = trips.getChild("passenger_count")!;
  let zero = 0;
  for (const count of counts) {
    if (count === 0) zero++;
  }
  return { zero, unrecorded: counts.nullCount };
}

/** The day of a moment, as the UTC midnight that it began with.
 *
 * @example
 * ```ts
 * import { dayOf } from "./taxi.ts";
 * console.log(dayOf(new Date("2021-01-01T00:30:10Z"))); // 2021-01-01T00:00:00.000Z
 * ``` */
export function dayOf(moment: Date): Date;
export function dayOf(moment: Date | null): Date | null;
export function dayOf(moment: Date | null): Date | null {
  return moment && new Date(Math.floor(moment.getTime() / DAY_MS) * DAY_MS);
}

const DAY_MS = 24 * 60 * 60 * 1000;
