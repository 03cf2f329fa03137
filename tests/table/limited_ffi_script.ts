/** Run by `limited_ffi_test.ts` where no native library but DuckDB may be loaded. @module */
import { Binary, Field, FixedSizeBinary, List, Table, Utf8, vectorFromArray } from "apache-arrow";
import { rows, sql } from "../../mod.ts";

const ROWS = 5000;
const word = (row: number) => row % 7 === 0 ? null : `${row} – ${"é".repeat(row % 40)}`;
const bytes = (row: number) => new TextEncoder().encode(`${row}`.padStart(20, "\u0000"));
const numbers = Array.from({ length: ROWS }, (_, row) => row);
const table = new Table({
  short: vectorFromArray(numbers.map((row) => `${row % 10}`), new Utf8()),
  text: vectorFromArray(numbers.map(word), new Utf8()),
  blob: vectorFromArray(numbers.map(bytes), new Binary()),
  list: vectorFromArray(
    numbers.map((row) => row % 5 === 0 ? null : [word(row), `${row}`, word(row + 1)]),
    new List(new Field("item", new Utf8())),
  ),
  fixed: vectorFromArray(numbers.map(bytes), new FixedSizeBinary(20)),
});
// Kept by DuckDB beyond the chunk that was lent.
const sorted = await sql`
  select short, text, blob, fixed, blob = fixed as is_same, to_json(list)::varchar as list from ${table} order by blob desc`;
const wrong = rows(sorted).filter((row, at) => {
  const number = ROWS - 1 - at;
  return row.short !== `${number % 10}` || row.text !== word(number) || row.is_same !== true ||
    new TextDecoder().decode(row.blob as Uint8Array) !== `${number}`.padStart(20, "\u0000") ||
    row.list !==
      (number % 5 === 0 ? null : JSON.stringify([word(number), `${number}`, word(number + 1)]));
});
console.log(`${sorted.numRows} rows, ${wrong.length} wrong`);
try {
  Deno.dlopen(Deno.args[0]!, {});
} catch (error) {
  console.log((error as Error).name);
}
