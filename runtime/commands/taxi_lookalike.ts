/** A seeded look-alike of `yellow_tripdata_2021-01.csv.gz`, the file that the taxi pipelines load:
 *  the same columns, types, order and empty fields, made in seconds where no network is.
 *  The demo runs on it, and so do the tests and the benchmark. @module */
import { once } from "node:events";
import { createWriteStream } from "node:fs";
import { mkdir, rename, rm } from "node:fs/promises";
import { dirname } from "node:path";
import { finished } from "node:stream/promises";
import { createGzip } from "node:zlib";

/** How many rows of each sort a file holds. */
export interface TaxiCounts {
  readonly rows: number;
  /** The last rows: vendor, passengers, rate code, flag and payment type are empty. */
  readonly withoutPassengerCount: number;
  /** Rows with passenger_count 0, spread over the file. */
  readonly withZeroPassengers: number;
}

/** The counts of the file of January 2021 as the city published it. */
export const JANUARY_2021: TaxiCounts = {
  rows: 1_369_765,
  withoutPassengerCount: 98_352,
  withZeroPassengers: 26_726,
};

const HEADER =
  "VendorID,tpep_pickup_datetime,tpep_dropoff_datetime,passenger_count,trip_distance,RatecodeID," +
  "store_and_fwd_flag,PULocationID,DOLocationID,payment_type,fare_amount,extra,mta_tax,tip_amount," +
  "tolls_amount,improvement_surcharge,total_amount,congestion_surcharge\n";

const FIRST_PICKUP_S = Date.UTC(2021, 0, 1) / 1000;
const MONTH_S = 31 * 24 * 60 * 60;
const ROWS_A_CHUNK = 8192;

/** Writes a look-alike as gzipped CSV; `path` appears only once it is whole.
 *
 * @example
 * ```ts
 * import { writeTaxiLookalike } from "./taxi_lookalike.ts";
 * const path = `${Deno.makeTempDirSync()}/trips.csv.gz`;
 * await writeTaxiLookalike(path, { rows: 10, withoutPassengerCount: 2, withZeroPassengers: 1 });
 * ``` */
export async function writeTaxiLookalike(
  path: string,
  counts: TaxiCounts = JANUARY_2021,
  { seed = 2021 } = {},
): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  const beside = `${path}.${crypto.randomUUID()}.part`;
  const gzip = createGzip({ level: 5 });
  const file = createWriteStream(beside);
  gzip.pipe(file);
  try {
    for (const chunk of taxiCsv(counts, seed)) {
      if (!gzip.write(chunk)) await once(gzip, "drain");
    }
    gzip.end();
    await finished(file);
    await rename(beside, path);
  } catch (cause) {
    await rm(beside, { force: true });
    throw new Error(`Cannot write the taxi file ${path}: ${(cause as Error).message}`, { cause });
  }
}

/** The file's text in chunks. */
function* taxiCsv(counts: TaxiCounts, seed: number): Generator<string> {
  const random = mulberry32(seed);
  const recorded = counts.rows - counts.withoutPassengerCount;
  let zeros = counts.withZeroPassengers;
  let text = HEADER;
  for (let row = 0; row < counts.rows; row++) {
    const isRecorded = row < recorded;
    // Selection sampling (Knuth, TAOCP 2, 3.4.2, algorithm S): exactly `zeros` of the rows left.
    const isZero = isRecorded && random() * (recorded - row) < zeros;
    if (isZero) zeros--;
    const share = isRecorded ? row / recorded : random();
    text += isRecorded
      ? recordedTrip(random, share, isZero ? 0 : passengers(random()))
      : unrecordedTrip(random, share);
    if (row % ROWS_A_CHUNK === ROWS_A_CHUNK - 1) {
      yield text;
      text = "";
    }
  }
  yield text;
}

/** A trip of a meter that sent everything. */
function recordedTrip(random: () => number, share: number, passengerCount: number): string {
  const trip = journey(random, share);
  const vendor = random() < 0.32 ? 1 : 2;
  const payment = random() < 0.72 ? 1 : random() < 0.9 ? 2 : random() < 0.6 ? 3 : 4;
  const ratecode = random() < 0.975 ? 1 : 2 + Math.floor(random() * 4);
  const flag = random() < 0.014 ? "Y" : "N";
  const fare = 2.5 + Math.round(trip.miles * 5 + trip.seconds / 240) / 2;
  const extra = [0, 0.5, 1, 2.5, 3, 3.5][Math.floor(random() * 6)]!;
  const congestion = random() < 0.9 ? 2.5 : 0;
  const tolls = random() < 0.04 ? 6.12 : 0;
  const tip = payment === 1 ? Math.round(fare * random() * 30) / 100 : 0;
  const total = fare + extra + 0.5 + tip + tolls + 0.3 + congestion;
  return `${vendor},${trip.pickup},${trip.dropoff},${passengerCount},${miles(trip.miles)},` +
    `${ratecode},${flag},${trip.from},${trip.to},${payment},${fare},${extra},0.5,${tip},${tolls},` +
    `0.3,${cents(total)},${congestion}\n`;
}

/** A trip of which five fields were never sent. */
function unrecordedTrip(random: () => number, share: number): string {
  const trip = journey(random, share);
  const fare = Math.round((8 + trip.miles * 4 + random() * 20) * 100) / 100;
  const tolls = random() < 0.1 ? 6.12 : 0;
  const total = fare + 2.75 + 0.5 + tolls + 0.3;
  return `,${trip.pickup},${trip.dropoff},,${miles(trip.miles)},,,${trip.from},${trip.to},,` +
    `${fare},2.75,0.5,0,${tolls},0.3,${cents(total)},0\n`;
}

function journey(random: () => number, share: number) {
  const start = FIRST_PICKUP_S + Math.floor(share * (MONTH_S - 600) + random() * 600);
  const distance = Math.round(80 * Math.exp(1.1 * (random() + random() + random()) - 0.9)) / 100;
  const seconds = 60 + Math.floor(distance * (140 + random() * 160));
  return {
    pickup: timestamp(start),
    dropoff: timestamp(start + seconds),
    seconds,
    miles: distance,
    from: 1 + Math.floor(265 * random()),
    to: 1 + Math.floor(265 * random()),
  };
}

function passengers(share: number): number {
  if (share < 0.74) return 1;
  if (share < 0.88) return 2;
  if (share < 0.92) return 3;
  return share < 0.94 ? 4 : share < 0.97 ? 5 : 6;
}

/** As the city writes distances: two decimals, no zero before the point. */
function miles(distance: number): string {
  return distance.toFixed(2).replace(/^0/, "");
}

function cents(amount: number): number {
  return Math.round(amount * 100) / 100;
}

const twoDigits = Array.from({ length: 100 }, (_, n) => String(n).padStart(2, "0"));
const DAYS = Array.from(
  { length: 33 },
  (_, day) => new Date((FIRST_PICKUP_S + day * 86400) * 1000).toISOString().slice(0, 10),
);

/** `2021-01-05 08:15:42` for seconds since the epoch, at most two days past the month. */
function timestamp(epochS: number): string {
  const s = epochS - FIRST_PICKUP_S;
  const day = DAYS[Math.floor(s / 86400)]!;
  const clock = [s / 3600 % 24, s / 60 % 60, s % 60].map((part) => twoDigits[Math.floor(part)]!);
  return `${day} ${clock[0]}:${clock[1]}:${clock[2]}`;
}

/** The mulberry32 generator (Tommy Ettinger, public domain): 0 ≤ x < 1, the same for the same seed. */
function mulberry32(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6D2B79F5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}
