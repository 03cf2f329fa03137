/** Finds the types of columns that nobody declared: the first of a list that every value fits.
 *  @module */
import type { Engine } from "../../table/engine.ts";
import { tableFromQuery } from "../../table/duckdb_to_arrow.ts";

/** What a value looks like, each a bit, so that a column's values together are a set. */
const INTEGER = 1;
const FLOAT = 2;
const BOOLEAN = 4;
const DATE = 8;
const TIMESTAMP = 16;
const ZONED = 32;
const TEXT = 64;

/** In order: the first whose looks cover all of a column's values. */
const TYPES: readonly { readonly type: string; readonly looks: number }[] = [
  { type: "BOOLEAN", looks: BOOLEAN },
  { type: "BIGINT", looks: INTEGER },
  { type: "DOUBLE", looks: INTEGER | FLOAT },
  { type: "DATE", looks: DATE },
  { type: "TIMESTAMP", looks: DATE | TIMESTAMP },
  { type: "TIMESTAMPTZ", looks: DATE | TIMESTAMP | ZONED },
];

/** `text` as `type`; the query fails where it does not look like one. */
export function inferredOrFail(text: string, type: string): string {
  const looks = TYPES.find((each) => each.type === type)?.looks;
  if (looks === undefined) return text;
  const isCovered = LOOKS.filter(([bit]) => (bit & looks) !== 0).map(([, test]) => test(text));
  return `case when ${text} is null then null
    when ${isCovered.map((test) => `(${test})`).join(" or ")} then cast(${text} as ${type})
    else error('not what the sample showed') end`;
}

/** The types of text columns; a column that is all null is VARCHAR.
 *
 * @param columns SQL expressions of type VARCHAR
 * @param from what stands behind FROM */
export async function inferTypes(
  engine: Engine,
  columns: readonly string[],
  from: string,
): Promise<string[]> {
  if (columns.length === 0) return [];
  const looks = columns.map((raw, index) => `bit_or(${lookOf(`nullif(${raw}, '')`)}) as l${index}`);
  const table = await tableFromQuery(engine, `select ${looks.join(", ")} from ${from}`);
  return columns.map((_, index) => {
    const seen = Number(table.getChildAt(index)?.get(0) ?? 0);
    return seen === 0
      ? "VARCHAR"
      : TYPES.find((each) => (seen & ~each.looks) === 0)?.type ?? "VARCHAR";
  });
}

/** Numbers with leading zeros stay text, as do whole numbers beyond 64 bits: they are codes. */
const LOOKS: readonly (readonly [number, (text: string) => string])[] = [
  [INTEGER, (text) => `cast(try_cast(${text} as bigint) as varchar) = ${text}`],
  [
    FLOAT,
    (text) =>
      `try_cast(${text} as double) is not null and not regexp_matches(${text}, '[_\\s]|^[+]|^-?0\\d|^-?[1-9]\\d*$')`,
  ],
  [BOOLEAN, (text) => `lower(${text}) in ('true', 'false')`],
  [DATE, (text) => `${text} like '____-__-__' and try_cast(${text} as date) is not null`],
  [
    TIMESTAMP,
    (text) =>
      `(${text} like '____-__-_____:__:__' or regexp_full_match(${text}, '${MOMENT}')) and try_cast(${text} as timestamp) is not null`,
  ],
  [
    ZONED,
    (text) =>
      `regexp_full_match(${text}, '${MOMENT}(Z|[+-]\\d\\d(:?\\d\\d)?)') and try_cast(${text} as timestamptz) is not null`,
  ],
];

const MOMENT = "\\d{4}-\\d\\d-\\d\\d[ T]\\d\\d:\\d\\d(:\\d\\d(\\.\\d{1,6})?)?";

function lookOf(text: string): string {
  const tests = LOOKS.map(([bit, test]) => `when ${test(text)} then ${bit}`);
  return `case when ${text} is null then null ${tests.join(" ")} else ${TEXT} end`;
}

/** The type of a partition's values: leading zeros are common in them, and still numbers. */
export function partitionType(values: readonly (string | null)[]): string {
  const present = values.filter((value) => value !== null);
  if (present.length === 0) return "VARCHAR";
  if (present.every((value) => /^-?\d{1,18}$/.test(value))) return "BIGINT";
  return present.every((value) => /^\d{4}-\d\d-\d\d$/.test(value) && !isNaN(Date.parse(value)))
    ? "DATE"
    : "VARCHAR";
}
