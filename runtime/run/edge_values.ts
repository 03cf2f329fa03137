/** What may travel along an edge, and how it lies on disk: JSON with tags, tables in files beside.
 *  Pure: names the files, reads and writes none. @module */
import { type Table, TableStream } from "../table/table.ts";

/** A table of a block's outputs, and the file that it goes to. */
export interface TableSlot {
  readonly variable: string;
  readonly file: string;
  readonly table: Table | TableStream;
}

export interface EncodedOutputs {
  /** By variable, in values that JSON can write. */
  readonly values: Readonly<Record<string, unknown>>;
  readonly tables: readonly TableSlot[];
}

/** How tables come back from their files. */
export interface TableFiles {
  table(file: string): Promise<Table>;
  stream(file: string): Promise<TableStream>;
}

const TAG = "$sluice";
/** The mark by which apache-arrow knows its tables, so that Arrow need not be loaded to know them. */
const ARROW_TABLE = Symbol.for("apache-arrow/Table");

/** Encodes what `block` hands on.
 *
 * @throws {TypeError} naming the block, the variable and the place inside it of what cannot travel. */
export function encodeOutputs(
  block: string,
  outputs: Readonly<Record<string, unknown>>,
): EncodedOutputs {
  const tables: TableSlot[] = [];
  const values: Record<string, unknown> = {};
  for (const [variable, value] of Object.entries(outputs)) {
    const addTable = (table: Table | TableStream) => {
      const count = tables.filter((slot) => slot.variable === variable).length;
      const file = count === 0 ? `${variable}.arrow` : `${variable}.${count + 1}.arrow`;
      tables.push({ variable, file, table });
      return file;
    };
    values[variable] = encode(value, { block, path: variable, above: [], addTable });
  }
  return { values, tables };
}

/** The value that `encodeOutputs` made `encoded` of; streams come back unread. */
export async function decodeValue(encoded: unknown, files: TableFiles): Promise<unknown> {
  if (Array.isArray(encoded)) {
    return await Promise.all(encoded.map((item) => decodeValue(item, files)));
  }
  if (typeof encoded !== "object" || encoded === null) return encoded;
  const { [TAG]: tag, value } = encoded as { [TAG]?: string; value?: unknown };
  if (tag === undefined || tag === "object") {
    return await decodeObject((tag ? value : encoded) as Record<string, unknown>, files);
  }
  if (tag === "table") return await files.table(value as string);
  if (tag === "stream") return await files.stream(value as string);
  return decodeScalar(tag, value);
}

export function isTable(value: unknown): value is Table {
  return typeof value === "object" && value !== null && ARROW_TABLE in value;
}

interface Place {
  readonly block: string;
  readonly path: string;
  /** The objects around this one, by which a cycle is seen. */
  readonly above: readonly object[];
  readonly addTable: (table: Table | TableStream) => string;
}

function encode(value: unknown, place: Place): unknown {
  switch (typeof value) {
    case "string":
    case "boolean":
      return value;
    case "number":
      return Number.isFinite(value) && !Object.is(value, -0)
        ? value
        : tagged("number", numberText(value));
    case "bigint":
      return tagged("bigint", String(value));
    case "undefined":
      return tagged("undefined");
    case "object":
      return value === null ? null : encodeObject(value, place);
    default:
      throw cannotTravel(`a ${typeof value}`, place);
  }
}

function encodeObject(value: object, place: Place): unknown {
  if (place.above.includes(value)) throw cannotTravel("a value that contains itself", place);
  const inner = { ...place, above: [...place.above, value] };
  if (Array.isArray(value)) {
    return Array.from(
      value,
      (item, at) => encode(item, { ...inner, path: `${place.path}[${at}]` }),
    );
  }
  if (value instanceof TableStream) return tagged("stream", place.addTable(value));
  if (isTable(value)) return tagged("table", place.addTable(value));
  if (value instanceof Date) return tagged("Date", Number.isNaN(+value) ? null : +value);
  if (tagOf(value).startsWith("Temporal.")) return tagged(tagOf(value), String(value));
  return encodePlain(value, inner);
}

function encodePlain(value: object, place: Place): unknown {
  const prototype = Object.getPrototypeOf(value);
  if (prototype !== Object.prototype && prototype !== null) {
    throw cannotTravel(`a ${prototype.constructor?.name || "class instance"}`, place);
  }
  if (Object.getOwnPropertySymbols(value).length > 0) {
    throw cannotTravel("an object with symbols for keys", place);
  }
  const entries = Object.entries(value).map(([key, item]) => {
    const path = /^[\p{ID_Start}$_][\p{ID_Continue}$]*$/u.test(key)
      ? `${place.path}.${key}`
      : `${place.path}[${JSON.stringify(key)}]`;
    return [key, encode(item, { ...place, path })];
  });
  const encoded = Object.fromEntries(entries);
  return TAG in value ? tagged("object", encoded) : encoded;
}

function tagged(tag: string, value?: unknown): unknown {
  return value === undefined ? { [TAG]: tag } : { [TAG]: tag, value };
}

function numberText(value: number): string {
  return Object.is(value, -0) ? "-0" : String(value);
}

function tagOf(value: object): string {
  return Object.prototype.toString.call(value).slice("[object ".length, -1);
}

function cannotTravel(what: string, { block, path }: Place): TypeError {
  return new TypeError(
    `Block ${block} cannot hand on ${path}: ${what} does not travel between blocks; hand on tables, ` +
      "JSON values, Date, bigint, Temporal values or arrays and plain objects of these, " +
      "and make the rest where it is used",
  );
}

async function decodeObject(
  encoded: Record<string, unknown>,
  files: TableFiles,
): Promise<Record<string, unknown>> {
  const entries = Object.entries(encoded).map(async ([key, item]) =>
    [key, await decodeValue(item, files)] as const
  );
  return Object.fromEntries(await Promise.all(entries));
}

function decodeScalar(tag: string, value: unknown): unknown {
  if (tag === "undefined") return undefined;
  if (tag === "number") return Number(value);
  if (tag === "bigint") return BigInt(value as string);
  if (tag === "Date") return new Date(value === null ? NaN : value as number);
  if (tag.startsWith("Temporal.")) {
    return Reflect.get(Temporal, tag.slice("Temporal.".length)).from(value);
  }
  throw new Error(
    `Cannot read a saved output: it holds a ${tag}, which this version does not know`,
  );
}
