/** The built-in types of Postgres that Sluice knows, by the numbers the protocol uses. @module */

export const Oid = {
  bool: 16,
  bytea: 17,
  char: 18,
  name: 19,
  int8: 20,
  int2: 21,
  int4: 23,
  text: 25,
  oid: 26,
  json: 114,
  xml: 142,
  float4: 700,
  float8: 701,
  unknown: 705,
  bpchar: 1042,
  varchar: 1043,
  date: 1082,
  time: 1083,
  timestamp: 1114,
  timestamptz: 1184,
  interval: 1186,
  numeric: 1700,
  void: 2278,
  uuid: 2950,
  jsonb: 3802,
} as const;

/** 2000-01-01 in days since 1970. */
export const EPOCH_DAYS = 10_957;
/** 2000-01-01 in microseconds since 1970. */
export const EPOCH_MICROS = 946_684_800_000_000;
