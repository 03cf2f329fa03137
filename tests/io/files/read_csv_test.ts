import assert from "node:assert/strict";
import { gzipSync, zstdCompressSync } from "node:zlib";
import { withScope } from "../../../runtime/context/scope.ts";
import type { Table } from "../../../runtime/table/table.ts";
import { type CsvOptions, readCsv } from "../../../runtime/io/files/read_csv.ts";
import { scopeOf } from "../scope_of.ts";
import { TempFolder } from "../temp_folder.ts";
import { plainRows, typesOf } from "./plain_rows.ts";

async function read(text: string | Uint8Array, options: CsvOptions = {}, name = "trips.csv") {
  await using folder = await TempFolder.make();
  return await readCsv(await folder.write(name, text), options);
}

/** The message with the folder taken out. */
async function refusal(text: string | Uint8Array, options: CsvOptions = {}, name = "trips.csv") {
  await using folder = await TempFolder.make();
  const path = await folder.write(name, text);
  const failure = await readCsv(path, options).then(() => undefined, (failure) => failure);
  assert.ok(failure instanceof Error, "it was read");
  assert.ok(!/[.\n]$/.test(failure.message) && !failure.message.includes("\n"), failure.message);
  return failure.message.replaceAll(folder.path + "/", "");
}

Deno.test("readCsv() reads declared types, nulls and dates", async () => {
  const table = await read(
    "VendorID,pickup,distance,flag\n1,2021-01-01 00:30:10,.20,N\n,2021-01-02 00:00:00,3,\n",
    { types: { VendorID: "int32", distance: "float32", flag: "string" }, parseDates: ["pickup"] },
  );
  assert.deepEqual(typesOf(table), {
    VendorID: "Int32",
    pickup: "Timestamp<MICROSECOND>",
    distance: "Float32",
    flag: "Utf8",
  });
  assert.deepEqual(plainRows(table), [
    {
      VendorID: 1,
      pickup: new Date("2021-01-01T00:30:10Z"),
      distance: Math.fround(0.2),
      flag: "N",
    },
    { VendorID: null, pickup: new Date("2021-01-02T00:00:00Z"), distance: 3, flag: null },
  ]);
});

Deno.test("readCsv() types its rows by what was declared", async () => {
  await using folder = await TempFolder.make();
  const path = await folder.write("a.csv", "id,day,fare,more\n1,2021-01-01,2.5,x\n");
  const table = await readCsv(path, {
    types: { id: "int64 not null", fare: "float64" },
    parseDates: ["day"],
  });
  const typed: Table<{ id: number; day: Date | null; fare: number | null }> = table;
  assert.equal(table.schema.fields[0]!.nullable, false);
  assert.equal(typed.numRows, 1);
});

const FITTING: readonly [type: string, text: string, value: unknown][] = [
  ["int8", "-128", -128],
  ["int64", "1.0", 1],
  ["int64", "1e3", 1000],
  ["int64", " 7 ", 7],
  ["uint64", "9007199254740991", 2 ** 53 - 1],
  ["float64", ".20", 0.2],
  ["float64", "-inf", -Infinity],
  ["float64", "1e400", undefined],
  ["float32", "1e300", undefined],
  ["int64", "1.5", undefined],
  ["int64", "0x10", undefined],
  ["int64", "9223372036854775808", undefined],
  ["uint8", "-1", undefined],
  ["int8", "128", undefined],
  ["decimal(10,2)", "1.230", "1.23"],
  ["decimal(10,2)", "1.239", undefined],
  ["boolean", "true", true],
  ["boolean", "maybe", undefined],
  ["date", "2021-02-28", new Date("2021-02-28")],
  ["date", "2021-02-29", undefined],
  ["date", "2021-02-28 05:00:00", undefined],
  ["timestamp", "1969-12-31T23:59:59.5", new Date("1969-12-31T23:59:59.5Z")],
  ["timestamp", "2021-01-01T00:00:00Z", new Date("2021-01-01")],
  ["timestamp", "2021-01-01T00:00:00+02:00", undefined],
  ["timestamp", "2021-01-01 00:00:00.123456789", undefined],
  ["timestamptz", "2021-01-01T00:00:00+02:00", new Date("2020-12-31T22:00:00Z")],
  ["time", "25:00:00", undefined],
  ["uuid", "not-one", undefined],
  ["json", "{broken", undefined],
  ["string", "NA", "NA"],
];

for (const [type, text, value] of FITTING) {
  const does = value === undefined ? "refuses" : "takes";
  Deno.test(`readCsv() ${does} "${text}" as ${type}`, async () => {
    const options = { types: { x: type } } as CsvOptions;
    const content = `id;x\n1;\n2;${text}\n`;
    if (value !== undefined) {
      assert.deepEqual(plainRows(await read(content, options)).map(({ x }) => x), [null, value]);
    } else {
      const article = /^(int|uint)/.test(type) ? (type.startsWith("i") ? "an" : "a") : "a";
      assert.equal(
        await refusal(content, options),
        `Cannot read trips.csv, row 2 (line 3), column \`x\`: "${text}" is not ${article} ${type}; mend the value, or declare another type`,
      );
    }
  });
}

Deno.test("readCsv() keeps int64 beyond 2^53 exact", async () => {
  const table = await read("id\n9007199254740993\n-9223372036854775808\n", {
    types: { id: "int64" },
  });
  assert.deepEqual([...table.getChild("id")!], [9007199254740993n, -9223372036854775808n]);
});

Deno.test("readCsv() names the row and the line where quotes hold line breaks", async () => {
  assert.equal(
    await refusal('a,b\n1,"x\ny"\n\n2,z\nthree,"z"\n', { types: { a: "int64" } }),
    'Cannot read trips.csv, row 3 (line 6), column `a`: "three" is not an int64; mend the value, or declare another type',
  );
});

Deno.test("readCsv() names the first value that does not fit among many rows", async () => {
  const lines = Array.from({ length: 60_000 }, (_, index) => `${index},${index / 4}`);
  lines[45_000] = "45000,abc";
  lines[50_000] = "x,1";
  assert.equal(
    await refusal(`id,fare\n${lines.join("\n")}\n`, { types: { id: "int64", fare: "float64" } }),
    'Cannot read trips.csv, row 45001 (line 45002), column `fare`: "abc" is not a float64; mend the value, or declare another type',
  );
});

const REFUSALS: readonly [
  what: string,
  text: string | Uint8Array,
  options: CsvOptions,
  message: string,
][] = [
  [
    "an empty value of a not-null column",
    "a,b\n1,\n",
    { types: { b: "int64 not null" } },
    "Cannot read trips.csv, row 1 (line 2), column `b`: it is empty, but the column is declared `int64 not null`",
  ],
  [
    "a missing column",
    "passenger_count,fare\n1,2\n",
    { types: { passanger_count: "int64" } },
    "Cannot read trips.csv: it has no column `passanger_count`; did you mean `passenger_count`?",
  ],
  [
    "a missing column like none",
    "a,b\n1,2\n",
    { types: { trip_distance: "int64" } },
    "Cannot read trips.csv: it has no column `trip_distance`; it has `a`, `b`",
  ],
  [
    "an extra column under exact",
    "a,b\n1,2\n",
    { types: { a: "int64" }, exact: true },
    "Cannot read trips.csv: `b` is not declared and exact was asked for; add to types what is wanted, or leave exact out",
  ],
  [
    "an empty file",
    "",
    {},
    "Cannot read trips.csv: the file is empty; a first line with the columns' names is expected",
  ],
  [
    "a row with too few fields",
    "a,b\n1,2\n3\n",
    {},
    "Cannot read trips.csv, row 2 (line 3): it has 1 field where the header has 2; quote fields that contain `,`",
  ],
  [
    "a row with too many fields",
    "a,b\n1,2,3\n",
    { types: { a: "int64", b: "int64" } },
    "Cannot read trips.csv, row 1 (line 2): it has 3 fields where the header has 2; quote fields that contain `,`",
  ],
  [
    "a quote that is never closed",
    'a,b\n1,"x\n2,y\n',
    {},
    "Cannot read trips.csv, row 1 (line 2): a quote is never closed; close or double it",
  ],
  [
    "text in Latin-1",
    new Uint8Array([...new TextEncoder().encode("a,b\n1,x\n2,"), 0xe9, 0x0a]),
    {},
    "Cannot read trips.csv, line 3: the text is not UTF-8; convert the file, for example with iconv -f latin1 -t utf-8",
  ],
  [
    "text in UTF-16",
    new Uint8Array([0xff, 0xfe, 0x61, 0, 0x0a, 0]),
    {},
    "Cannot read trips.csv: it is UTF-16 text; convert it to UTF-8, for example with iconv",
  ],
  [
    "a web page",
    "<!DOCTYPE html><html></html>",
    {},
    "Cannot read trips.csv: it is an HTML or XML page; is the address right?",
  ],
  [
    "a column named twice",
    "a,b,a\n1,2,3\n",
    {},
    "Cannot read trips.csv: its header names `a` twice; rename one of the columns in the file",
  ],
  [
    "line ends of two kinds",
    "a,b\n1,2\r\n3,4\n",
    {},
    "Cannot read trips.csv: its lines end now in \\r\\n, now in \\n; write all of them alike",
  ],
  [
    "an unknown type",
    "a\n1\n",
    { types: { a: "int" } } as unknown as CsvOptions,
    "Cannot declare column `a` as `int`: no such type; did you mean `int64`?",
  ],
  [
    "dates declared otherwise",
    "a\n1\n",
    { types: { a: "int64" }, parseDates: ["a"] },
    "Cannot parse column `a` as dates: types declares it `int64`; name it in one place",
  ],
];

for (const [what, text, options, message] of REFUSALS) {
  Deno.test(`readCsv() refuses ${what}`, async () => {
    const seen = await refusal(text, options);
    assert.equal(seen.slice(0, what === "an unknown type" ? message.length : undefined), message);
  });
}

Deno.test("readCsv() takes a header without rows, with the declared types", async () => {
  for (const text of ["a,b\n", "a,b"]) {
    const table = await read(text, { types: { a: "int64" } });
    assert.equal(table.numRows, 0);
    assert.deepEqual(typesOf(table), { a: "Int64", b: "Utf8" });
  }
});

const INFERRED: readonly [text: string, type: string][] = [
  ["1,2,", "Int64"],
  ["1,2.5,3", "Float64"],
  ["007,12", "Utf8"],
  ["12345678901234567890", "Utf8"],
  ["true,FALSE", "Bool"],
  ["2021-01-01,2021-01-02", "Date32<DAY>"],
  ["2021-01-01,2021-01-02 00:00:00", "Timestamp<MICROSECOND>"],
  ["2021-01-01T00:00:00Z", "Timestamp<MICROSECOND, UTC>"],
  ["01/02/2021", "Utf8"],
  ["1,x", "Utf8"],
  ["", "Utf8"],
];

for (const [text, type] of INFERRED) {
  Deno.test(`readCsv() infers ${type} from ${JSON.stringify(text)}`, async () => {
    const lines = text.split(",").map((value, index) => `${index},${value}`);
    assert.equal(typesOf(await read(`id,x\n${lines.join("\n")}\n`))["x"], type);
  });
}

for (
  const [what, late, type] of [
    ["a fraction", "1.5", "Float64"],
    ["a leading zero", "007", "Utf8"],
    ["a word", "none", "Utf8"],
  ] as const
) {
  Deno.test(`readCsv() infers from ${what} far below the first rows`, async () => {
    const lines = Array.from({ length: 50_000 }, (_, index) => `${index},${index}`);
    lines[49_000] = `49000,${late}`;
    const table = await read(`id,x\n${lines.join("\n")}\n`);
    assert.equal(table.numRows, 50_000);
    assert.deepEqual(typesOf(table), { id: "Int64", x: type });
  });
}

Deno.test("readCsv() infers a column that is empty in its first rows", async () => {
  const lines = Array.from({ length: 50_000 }, (_, index) => `${index},${index > 40_000 ? 1 : ""}`);
  assert.equal(typesOf(await read(`id,x\n${lines.join("\n")}\n`))["x"], "Int64");
});

Deno.test("readCsv() tells an empty string from null, and takes quoted nothing for null elsewhere", async () => {
  const table = await read('text,number,flag\n"",1,true\n,"",""\n', {
    types: { text: "string", number: "float64", flag: "boolean" },
  });
  assert.deepEqual(plainRows(table), [
    { text: "", number: 1, flag: true },
    { text: null, number: null, flag: null },
  ]);
});

Deno.test("readCsv() takes other texts for null", async () => {
  const options: CsvOptions = { types: { x: "int64" }, nullValues: ["", "NA"] };
  assert.deepEqual(plainRows(await read("x,y\n1,NA\nNA,b\n", options)), [
    { x: 1, y: null },
    { x: null, y: "b" },
  ]);
});

for (const [name, delimiter] of [["semicolons", ";"], ["tabs", "\t"], ["bars", "|"]] as const) {
  Deno.test(`readCsv() finds ${name}`, async () => {
    const table = await read(`a${delimiter}b\n1,5${delimiter}x\n`);
    assert.deepEqual(plainRows(table), [{ a: "1,5", b: "x" }]);
  });
}

Deno.test("readCsv() takes what it is told about the file", async () => {
  const table = await read("1:'a:b'\n2:c\n", {
    delimiter: ":",
    quote: "'",
    header: ["id", "text"],
    types: { id: "int16" },
  });
  assert.deepEqual(plainRows(table), [{ id: 1, text: "a:b" }, { id: 2, text: "c" }]);
  assert.deepEqual(plainRows(await read("1,2\n", { header: false })), [{ column1: 1, column2: 2 }]);
});

Deno.test("readCsv() keeps columns that differ in case, a byte order mark and CRLF aside", async () => {
  assert.deepEqual(plainRows(await read("\ufeffid,ID\r\n1,2\r\n")), [{ id: 1, ID: 2 }]);
});

Deno.test("readCsv() takes a line of some megabytes", async () => {
  const text = "long ".repeat(800_000);
  const table = await read(`id,text\n1,${text}\n2,x\n`, { types: { id: "int64", text: "string" } });
  assert.deepEqual(plainRows(table).map((row) => String(row["text"]).length), [4_000_000, 1]);
});

const WHOLE = `id,name\n${
  Array.from({ length: 20_000 }, (_, index) => `${index},name ${(index * 7919) % 10_007}`).join(
    "\n",
  )
}\n`;
const GZ = new Uint8Array(gzipSync(WHOLE));
const ZST = new Uint8Array(zstdCompressSync(WHOLE));

for (const [name, bytes] of [["a.csv.gz", GZ], ["a.csv.zst", ZST], ["a.csv", GZ]] as const) {
  Deno.test(`readCsv() unpacks ${name} of ${bytes[0] === 0x1f ? "gzip" : "zstd"}`, async () => {
    assert.equal((await read(bytes, { types: { id: "int64" } }, name)).numRows, 20_000);
  });
}

Deno.test("readCsv() unpacks a gzip of several members", async () => {
  const bytes = new Uint8Array([...GZ, ...gzipSync("20000,more\n")]);
  assert.equal((await read(bytes, {}, "a.csv.gz")).numRows, 20_001);
});

function withByte(bytes: Uint8Array, at: number, change: number): Uint8Array {
  const copy = bytes.slice();
  copy[at < 0 ? copy.length + at : at]! ^= change;
  return copy;
}

const BROKEN: readonly [what: string, bytes: Uint8Array, name: string, problem: string][] = [
  ["a gzip cut in the middle", GZ.subarray(0, GZ.length / 2), "a.csv.gz", "truncated"],
  ["a gzip without its last 8 bytes", GZ.subarray(0, -8), "a.csv.gz", "truncated"],
  ["a gzip without its last byte", GZ.subarray(0, -1), "a.csv.gz", "truncated"],
  ["a gzip with another sum", withByte(GZ, -6, 1), "a.csv.gz", "damaged"],
  ["a gzip with a flipped bit", withByte(GZ, GZ.length >> 1, 1), "a.csv.gz", "damaged"],
  ["a zstd cut in the middle", ZST.subarray(0, ZST.length / 2), "a.csv.zst", "truncated"],
  ["a zstd without its last byte", ZST.subarray(0, -1), "a.csv.zst", "truncated"],
];

for (const [what, bytes, name, problem] of BROKEN) {
  for (const types of [undefined, { id: "int64", name: "string" }] as const) {
    Deno.test(`readCsv() refuses ${what}, columns ${types ? "declared" : "inferred"}`, async () => {
      assert.equal(
        await refusal(bytes, types ? { types } : {}, name),
        `Cannot read ${name}: the ${
          name.endsWith("gz") ? "gzip" : "zstd"
        } data is ${problem}; get the file again`,
      );
    });
  }
}

Deno.test("readCsv() refuses a file that is named .gz and is none", async () => {
  assert.equal(
    await refusal("a,b\n1,2\n", {}, "a.csv.gz"),
    "Cannot read a.csv.gz: its name says gzip, but it is not gzip data; is it a complete download?",
  );
});

Deno.test("readCsv() reads all files of a pattern in the order of their names", async () => {
  await using folder = await TempFolder.make();
  await folder.write("data/b.csv", "id,x\n3,c\n");
  await folder.write("data/a.csv", "id,x\n1,a\n2,b\n");
  await folder.write("data/c.csv.gz", gzipSync("x,id\nd,4\n"));
  const table = await readCsv(folder.at("data/*.csv*"), { types: { id: "int64" } });
  assert.deepEqual(plainRows(table), [
    { id: 1, x: "a" },
    { id: 2, x: "b" },
    { id: 3, x: "c" },
    { id: 4, x: "d" },
  ]);
});

Deno.test("readCsv() refuses files with other columns", async () => {
  await using folder = await TempFolder.make();
  await folder.write("a.csv", "id,x\n1,a\n");
  await folder.write("b.csv", "id,y\n1,a\n");
  await assert.rejects(readCsv(folder.at("*.csv")), {
    message: `Cannot read ${folder.at("b.csv")} together with ${
      folder.at("a.csv")
    }: it has no column \`x\`; read them apart, or give them the same columns`,
  });
});

Deno.test("readCsv() names the file of a pattern in which a value does not fit", async () => {
  await using folder = await TempFolder.make();
  await folder.write("a.csv", "id\n1\n");
  await folder.write("b.csv", "id\nx\n");
  await assert.rejects(readCsv(folder.at("*.csv"), { types: { id: "int64" } }), {
    message: `Cannot read ${
      folder.at("b.csv")
    }, row 1 (line 2), column \`id\`: "x" is not an int64; mend the value, or declare another type`,
  });
});

Deno.test("readCsv() makes columns of hive folders", async () => {
  await using folder = await TempFolder.make();
  await folder.write("t/city=S%C3%A3o%2FPaulo/month=01/a.csv", "fare\n1\n");
  await folder.write("t/city=__HIVE_DEFAULT_PARTITION__/month=02/a.csv", "fare\n2\n");
  const expected = [
    { fare: 1, city: "São/Paulo", month: 1 },
    { fare: 2, city: null, month: 2 },
  ];
  const byFare = (table: Table) =>
    plainRows(table).sort((a, b) => Number(a["fare"]) - Number(b["fare"]));
  assert.deepEqual(byFare(await readCsv(folder.at("t"))), expected);
  assert.deepEqual(byFare(await readCsv(folder.at("t/**/*.csv"))), expected);
  const declared = await readCsv(folder.at("t"), { types: { month: "string" } });
  assert.deepEqual(byFare(declared).map(({ month }) => month), ["01", "02"]);
});

Deno.test("readCsv() counts relative paths from the notebook's folder", async () => {
  await using folder = await TempFolder.make();
  await folder.write("data/trips.csv", "id\n1\n");
  const scope = scopeOf({ folder: folder.path });
  await withScope(scope, async () => {
    assert.equal((await readCsv("data/trips.csv")).numRows, 1);
    await assert.rejects(readCsv("data/trip.csv"), {
      message: `Cannot read data/trip.csv: no such file in ${
        folder.at("data")
      }; did you mean \`trips.csv\`?`,
    });
  });
  await scope.resources.close();
});

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
