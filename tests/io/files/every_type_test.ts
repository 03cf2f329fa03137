/** Every type through files and back, or refused by column and name. @module */
import assert from "node:assert/strict";
import { readCsv } from "../../../runtime/io/files/read_csv.ts";
import { readParquet, scanParquet } from "../../../runtime/io/files/read_parquet.ts";
import { scanCsv } from "../../../runtime/io/files/scan_csv.ts";
import { writeCsv } from "../../../runtime/io/files/write_csv.ts";
import { writeParquet } from "../../../runtime/io/files/write_parquet.ts";
import { writePartitioned } from "../../../runtime/io/files/write_partitioned.ts";
import { lendTable } from "../../../runtime/table/arrow_to_duckdb.ts";
import { tableFromQuery } from "../../../runtime/table/duckdb_to_arrow.ts";
import { duckdb } from "../../../runtime/table/engine.ts";
import type { Table, TableStream } from "../../../runtime/table/table.ts";
import { EVERY_TYPE, valuesQuery } from "../../table/every_type.ts";
import { TempFolder } from "../temp_folder.ts";
import { streamOf } from "./plain_rows.ts";

const engine = await duckdb();

const TYPES = [...EVERY_TYPE, ["enum('sad', 'ok')", ["sad", "ok"]]] as const;

/** What a column of the type is declared as, to be read back from text. */
const DECLARED: Readonly<Record<string, string>> = {
  boolean: "boolean",
  tinyint: "int8",
  smallint: "int16",
  integer: "int32",
  bigint: "int64",
  utinyint: "uint8",
  usmallint: "uint16",
  uinteger: "uint32",
  ubigint: "uint64",
  float: "float32",
  double: "float64",
  blob: "binary",
  date: "date",
  time: "time",
  timestamp: "timestamp",
  timestamp_s: "timestamp",
  timestamp_ms: "timestamp",
  timestamp_ns: "timestamp",
  timestamptz: "timestamptz",
  uuid: "uuid",
  json: "json",
  "decimal(4,2)": "decimal(4,2)",
  "decimal(9,3)": "decimal(9,3)",
  "decimal(18,0)": "decimal(18,0)",
  "decimal(38,10)": "decimal(38,10)",
};

async function texts(table: Table | TableStream): Promise<unknown[]> {
  using lent = await lendTable(engine, table);
  const printed = await tableFromQuery(
    engine,
    `select v::varchar as v from ${lent.name} order by place`,
  );
  return [...printed.getChild("v")!];
}

for (const [type, values] of TYPES) {
  Deno.test(`writeParquet() and writePartitioned() keep every ${type}, or refuse it by name`, async () => {
    await using folder = await TempFolder.make();
    const table = await tableFromQuery(engine, valuesQuery(type, values, 3));
    const [path, set] = [folder.at("a.parquet"), folder.at("set")];
    if (type === "interval") {
      const refused = {
        message: /: column `v` holds Interval.*, of which Parquet keeps whole mill/,
      };
      await assert.rejects(writeParquet(table, path), refused);
      await assert.rejects(writePartitioned(table, set, { by: "place" }), refused);
      return assert.deepEqual(await folder.names("."), []);
    }
    const expected = await texts(table);
    await writeParquet(table, path);
    assert.deepEqual(await texts(await readParquet(path)), expected);
    await writeParquet(streamOf(table), path, { ifExists: "replace" });
    assert.deepEqual(await texts(await scanParquet(path)), expected);
    await writePartitioned(table, set, { by: "place" });
    const types = { place: "int64" } as const;
    assert.deepEqual(await texts(await readParquet(set, { types })), expected);
  });

  Deno.test(`writeCsv() and readCsv() keep every ${type}, or refuse it by name`, async () => {
    await using folder = await TempFolder.make();
    const table = await tableFromQuery(engine, valuesQuery(type, values, 3));
    const path = folder.at("a.csv");
    const declared = DECLARED[type] ?? (/^(varchar|enum.*)$/.test(type) ? "string" : undefined);
    if (declared === undefined) {
      await assert.rejects(writeCsv(table, path), {
        message: `Cannot write ${path}: column \`v\` holds ${
          table.getChild("v")!.type
        }, which csv lacks; write Parquet or JSON, or make it text with sql`,
      });
      return assert.deepEqual(await folder.names("."), []);
    }
    await writeCsv(table, path);
    const types = { types: { v: declared } as never };
    if (type === "timestamp_ns") {
      return await assert.rejects(readCsv(path, types), {
        message: /, row 1 \(line 2\), column `v`: "1677.*145224193" is not a timestamp; mend/,
      });
    }
    assert.deepEqual(await texts(await readCsv(path, types)), await texts(table));
    assert.deepEqual(await texts(await scanCsv(path, types)), await texts(table));
  });
}

Deno.test("files keep NUL, line breaks and quotes in strings", async () => {
  await using folder = await TempFolder.make();
  const table = await tableFromQuery(
    engine,
    `select row_number() over () as place, v from (select unnest(
      ['a' || chr(0) || 'b', chr(13), chr(10), chr(13) || chr(10), '"', ',', '', null]) as v)`,
  );
  await writeCsv(table, folder.at("a.csv"));
  const types = { v: "string" } as const;
  assert.deepEqual(await texts(await readCsv(folder.at("a.csv"), { types })), await texts(table));
  await writeParquet(table, folder.at("a.parquet"));
  assert.deepEqual(await texts(await readParquet(folder.at("a.parquet"))), await texts(table));
});
