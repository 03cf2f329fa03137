/** readCsv() on the contents of files: types, values, dialects and what is refused. @module */
import assert from "node:assert/strict";
import type { Table } from "../../../runtime/table/table.ts";
import { type CsvOptions, readCsv } from "../../../runtime/io/files/read_csv.ts";
import { TempFolder } from "../temp_folder.ts";
import { read, refusal } from "./csv_calls.ts";
import { plainRows, typesOf } from "./plain_rows.ts";

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
    "line ends of carriage returns alone",
    "a,b\r1,2\r",
    {},
    "Cannot read trips.csv: its lines end in \\r alone; end them in \\n, for example with tr '\\r' '\\n'",
  ],
  [
    "text beside a quoted value",
    'a,b\n1,"x"y\n',
    { types: { a: "int64", b: "string" } },
    "Cannot read trips.csv, line 2: text stands beside a quoted value; quote the whole field, and double the quotes inside it",
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
  const table = await read('text,number,flag,bytes\n"",1,true,""\n,"","",\n', {
    types: { text: "string", number: "float64", flag: "boolean", bytes: "binary" },
  });
  assert.deepEqual(plainRows(table), [
    { text: "", number: 1, flag: true, bytes: new Uint8Array() },
    { text: null, number: null, flag: null, bytes: null },
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
