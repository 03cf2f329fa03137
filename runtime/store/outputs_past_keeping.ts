/** Which runs' outputs are past keeping, as SQL. @module */
import type { Row, Values } from "./database.ts";
import type { KeptOutputs } from "../run/kept_outputs.ts";

const HAS_SAVED = `exists (select 1 from block_runs where run = runs.id and has_saved_outputs = 1)`;

const BEYOND_COUNT = `select id from (
    select id, status from runs where pipeline = ? and status not in ('initial', 'running')
    order by created_at desc, id desc limit -1 offset ?) as runs where ${HAS_SAVED}`;

const BEFORE = `select id from runs where pipeline = ? and created_at < ?
  and status not in ('initial', 'running') and ${HAS_SAVED}`;

/** Runs that are not to be kept by the bytes which `?` allows, the oldest first. Runs that did not complete
 *  are counted and stay, as does each pipeline's newest that did. */
export const BEYOND_BYTES = `select id from (
    select runs.id, runs.status, runs.created_at,
      sum(saved.bytes) over (order by runs.created_at desc, runs.id desc) as total,
      row_number() over (partition by runs.pipeline, runs.status = 'completed'
        order by runs.created_at desc, runs.id desc) as place
    from (select run, sum(bytes) as bytes from outputs where bytes > 0 group by run) as saved
    join runs on runs.id = saved.run)
  where status = 'completed' and place > 1 and total > ? order by created_at, id`;

/** What all runs together have saved: the cheap look before the one that orders them. */
const SAVED_BYTES = `select coalesce(sum(bytes), 0) as bytes from outputs where bytes > 0`;

/** Runs whose outputs are past keeping: of `pipeline` by age and count, of all by their bytes. */
export function outputsPastKeeping(
  all: (sql: string, ...values: Values) => Row[],
  pipeline: string,
  { ageMs, count, bytes }: KeptOutputs,
): string[] {
  const isBeyond = bytes !== undefined && Number(all(SAVED_BYTES)[0]!.bytes) > bytes;
  const rows = [
    ...count === undefined ? [] : all(BEYOND_COUNT, pipeline, count),
    ...ageMs === undefined ? [] : all(BEFORE, pipeline, Date.now() - ageMs),
    ...isBeyond ? all(BEYOND_BYTES, bytes) : [],
  ];
  return [...new Set(rows.map(({ id }) => id as string))];
}
