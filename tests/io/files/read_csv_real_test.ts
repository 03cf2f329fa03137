/** readCsv() on real files, or on look-alikes where there are none. @module */
import assert from "node:assert/strict";
import { type CsvOptions, readCsv } from "../../../runtime/io/files/read_csv.ts";
import { TempFolder } from "../temp_folder.ts";
import { plainRows } from "./plain_rows.ts";

const data = Deno.env.get("SLUICE_TEST_DATA");

Deno.test("readCsv() reads the passengers of the Titanic", async () => {
  const path = data ? `${data}/titanic.csv` : undefined;
  await using folder = await TempFolder.make();
  const table = await readCsv(path ?? await folder.write("titanic.csv", passengers()), {
    types: { PassengerId: "int64 not null", Survived: "int8", Age: "float64" },
  });
  assert.equal(table.numRows, 891);
  assert.equal(table.getChild("Age")!.nullCount, 177);
  assert.equal(table.getChild("Cabin")!.nullCount, 687);
  assert.equal(table.getChild("Embarked")!.nullCount, 2);
  assert.equal(plainRows(table)[0]!["Name"], "Braund, Mr. Owen Harris");
});

Deno.test("readCsv() reads every value of real taxi trips", async () => {
  await using folder = await TempFolder.make();
  const path = data ? `${data}/yellow_head.csv` : await folder.write("taxi.csv", trips());
  const [head, ...lines] = (await Deno.readTextFile(path)).trim().split("\n");
  const names = head!.trim().split(",");
  const dates = names.filter((name) => name.endsWith("_datetime"));
  const texts = ["store_and_fwd_flag"];
  const whole = ["VendorID", "passenger_count", "RatecodeID", "PULocationID", "DOLocationID"];
  const typeOf = (name: string) =>
    texts.includes(name) ? "string" : whole.includes(name) ? "int64" : "float64";
  const types = Object.fromEntries(
    names.filter((name) => !dates.includes(name)).map((name) => [name, typeOf(name)]),
  );
  const valueOf = (name: string, text: string) =>
    text === ""
      ? null
      : dates.includes(name)
      ? new Date(`${text.replace(" ", "T")}Z`)
      : texts.includes(name)
      ? text
      : Number(text);
  const expected = lines.map((line) => {
    const fields = line.trim().split(",");
    return Object.fromEntries(names.map((name, index) => [name, valueOf(name, fields[index]!)]));
  });
  const options = { types, parseDates: dates, exact: true } as CsvOptions;
  const table = await readCsv(path, options);
  assert.equal(table.numRows, data ? 99 : 200);
  assert.deepEqual(plainRows(table), expected);
});

/** Trips as the real file has them: some without vendor, floats without a leading zero. */
function trips(): string {
  const header = "VendorID,tpep_pickup_datetime,tpep_dropoff_datetime,passenger_count," +
    "trip_distance,RatecodeID,store_and_fwd_flag,PULocationID,DOLocationID,fare_amount";
  const rows = Array.from({ length: 200 }, (_, index) => {
    const start = new Date(Date.UTC(2021, 0, 1, 0, 0, index * 77));
    const text = (date: Date) => date.toISOString().slice(0, 19).replace("T", " ");
    const end = new Date(start.getTime() + index * 1000);
    const [vendor, count, rate, flag] = index % 14 === 13 ? ["", "", "", ""] : ["1", "2", "1", "N"];
    return [vendor, text(start), text(end), count, `.${index}`, rate, flag, index, 5, -1.5].join(
      ",",
    );
  });
  return `${header}\n${rows.join("\n")}\n`;
}

/** A look-alike of the file that SLUICE_TEST_DATA would hold. */
function passengers(): string {
  const row = (index: number) =>
    [
      index + 1,
      index % 2,
      index === 0 ? '"Braund, Mr. Owen Harris"' : `"Doe, Mr. ""J"" ${index}"`,
      index % 5 === 4 && index < 885 ? "" : "22.5",
      index < 204 ? "C85" : "",
      index < 2 ? "" : "S",
    ].join(",");
  const rows = Array.from({ length: 891 }, (_, index) => row(index));
  return `PassengerId,Survived,Name,Age,Cabin,Embarked\n${rows.join("\n")}\n`;
}
