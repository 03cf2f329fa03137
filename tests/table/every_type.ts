/** Values of every type that DuckDB and tables share, the awkward ones first. @module */

/** DuckDB type, and literals as DuckDB prints them; every case also holds nulls. */
export const EVERY_TYPE: readonly (readonly [type: string, values: readonly string[]])[] = [
  ["boolean", ["true", "false"]],
  ["tinyint", ["-128", "0", "127"]],
  ["smallint", ["-32768", "0", "32767"]],
  ["integer", ["-2147483648", "0", "2147483647"]],
  [
    "bigint",
    [
      "-9223372036854775808",
      "9223372036854775807",
      "9007199254740991",
      "9007199254740992",
      "9007199254740993",
      "-9007199254740993",
    ],
  ],
  ["utinyint", ["0", "255"]],
  ["usmallint", ["0", "65535"]],
  ["uinteger", ["0", "4294967295"]],
  ["ubigint", ["0", "18446744073709551615"]],
  ["float", ["nan", "inf", "-inf", "-0.0", "1.5", "3.4028235e+38"]],
  ["double", ["nan", "inf", "-inf", "-0.0", "0.1", "5e-324", "1.7976931348623157e+308"]],
  ["decimal(4,2)", ["-99.99", "0.01", "99.99"]],
  ["decimal(9,3)", ["-999999.999", "0.001", "999999.999"]],
  ["decimal(18,0)", ["-999999999999999999", "1", "999999999999999999"]],
  ["decimal(38,10)", ["-1234567890123456789012345678.0123456789", "0.0000000001"]],
  [
    "varchar",
    [
      "",
      "a",
      "twelve bytes",
      "thirteen byte",
      "ünïcödé – 日本語 🚕🚕🚕",
      "tab\tline\nquote'\"",
      "x".repeat(5000),
    ],
  ],
  ["blob", [
    "",
    "\\x00\\xFF",
    "\\x00\\x01\\x02\\x03\\x04\\x05\\x06\\x07\\x08\\x09\\x0A\\x0B\\x0C\\x0D",
  ]],
  ["date", ["1582-10-15", "1969-12-31", "1970-01-01", "2021-01-31", "9999-12-31"]],
  ["time", ["00:00:00", "09:05:00.25", "23:59:59.999999"]],
  ["timestamp_s", ["1901-12-13 20:45:52", "1970-01-01 00:00:00", "2021-01-31 23:59:59"]],
  ["timestamp_ms", ["1901-12-13 20:45:52.001", "2021-01-31 23:59:59.999"]],
  ["timestamp", [
    "1677-09-21 00:12:43.145225",
    "1969-12-31 23:59:59.999999",
    "2262-04-12 00:00:00",
  ]],
  ["timestamp_ns", ["1677-09-22 00:12:43.145224193", "2021-01-31 23:59:59.123456789"]],
  ["timestamptz", ["1969-12-31 23:59:59.999999+00", "2021-07-01 12:00:00+00"]],
  ["interval", ["1 year 2 months 3 days 04:05:06.789", "-5 days", "00:00:00"]],
  ["uuid", [
    "00000000-0000-0000-0000-000000000000",
    "a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11",
    "ffffffff-ffff-ffff-ffff-ffffffffffff",
  ]],
  ["json", ['{"a":[1,2,{"b":null}]}', "12345678901234567890", '"text"', "null"]],
  ["integer[]", ["[]", "[1, NULL, 3]", "[4]"]],
  ["varchar[][]", ["[[a], [thirteen bytes!], []]", "[]", "[NULL, [b, NULL]]"]],
  ["integer[3]", ["[1, 2, 3]", "[4, NULL, 6]"]],
  ["struct(a integer, b varchar)", ["{'a': 1, 'b': thirteen bytes!}", "{'a': NULL, 'b': NULL}"]],
  ["struct(l integer[], s struct(x double))", [
    "{'l': [1, 2], 's': {'x': 0.5}}",
    "{'l': NULL, 's': NULL}",
  ]],
  ["map(varchar, integer)", ["{}", "{k=1, thirteen bytes!=2}"]],
  ["decimal(10,2)[]", ["[1.50, NULL]", "[]"]],
  ["struct(a boolean)[]", ["[{'a': true}, NULL, {'a': NULL}]", "[]"]],
];

/** A query for `repeats` times the values of a type, each time with a null behind, and their place. */
export function valuesQuery(type: string, values: readonly string[], repeats = 1): string {
  const rows = [...values.map((value) => `'${value.replaceAll("'", "''")}'`), "null"];
  return `with typed as materialized (
    select j, v::${type} as v from (
      select unnest([${rows.join(", ")}]) as v, unnest(range(${rows.length})) as j
    )
  ) select k * ${rows.length} + j as place, v
    from typed, range(${repeats}) as r(k) order by place`;
}
