/** Numbers the distinct values of a column in the order in which they are met, null among them. @module */
import { type Data, DataType, type Field, type Vector } from "apache-arrow";
import { byteWidth } from "./byte_width.ts";
import { valueReader } from "./value_reader.ts";

/** One column's values so far. */
export interface ColumnCodes {
  /** The number of each row's value, counted from 0. */
  codes(data: Data): Int32Array;
}

/** What two rows have in common where their values are the same. */
type Key = number | bigint | string | null;
type ReadKey = (row: number) => Key;

/** Numbers the values of one column of a table.
 *
 * @throws {TypeError} for lists, structs and other columns without single values
 * @example
 * ```ts
 * import { Field, Utf8, vectorFromArray } from "apache-arrow";
 * import { columnCodes } from "./column_codes.ts";
 * const cities = columnCodes(new Field("city", new Utf8()));
 * cities.codes(vectorFromArray(["Oslo", "Rome", "Oslo"], new Utf8()).data[0]!); // 0, 1, 0
 * ``` */
export function columnCodes(field: Field): ColumnCodes {
  const known = new Map<Key, number>();
  const keyReader = keyReaderOf(field);
  return {
    codes(data) {
      const read = present(data, keyReader(data));
      const codes = new Int32Array(data.length);
      let last: Key | undefined;
      let code = 0;
      for (let row = 0; row < data.length; row++) {
        const key = read(row);
        if (key !== last) {
          const found = known.get(key);
          code = found ?? known.size;
          if (found === undefined) known.set(key, code);
          last = key;
        }
        codes[row] = code;
      }
      return codes;
    },
  };
}

/** Null where the row has no value. */
function present(data: Data, read: ReadKey): ReadKey {
  if (data.nullCount === 0 || data.nullBitmap.length === 0) return read;
  const { nullBitmap, offset } = data;
  return (row) => {
    const at = row + offset;
    return (nullBitmap[at >> 3]! >> (at & 7)) & 1 ? read(row) : null;
  };
}

function keyReaderOf(field: Field): (data: Data) => ReadKey {
  const { type } = field;
  if (DataType.isDictionary(type)) return dictionaryKeys(field.clone({ type: type.dictionary }));
  const width = byteWidth(type);
  if (width !== undefined && width <= 8 && !DataType.isFixedSizeBinary(type)) {
    return width === 8 ? longKeys : (data) => shortKeys(data, width);
  }
  const isPlain = width !== undefined || DataType.isBool(type) || DataType.isNull(type) ||
    DataType.isUtf8(type) || DataType.isLargeUtf8(type) || DataType.isBinary(type) ||
    DataType.isLargeBinary(type);
  if (!isPlain) {
    throw new TypeError(
      `Cannot divide rows by column \`${field.name}\`: it holds ${type}; choose a column of single values`,
    );
  }
  return (data) => {
    const read = valueReader(field, data, { column: field.name, rowsBefore: 0 });
    return (row) => String(read(row));
  };
}

function shortKeys({ values, length }: Data, width: number): ReadKey {
  const { buffer, byteOffset } = values as Uint8Array<ArrayBuffer>;
  const Keys = width === 4 ? Int32Array : width === 2 ? Int16Array : Int8Array;
  const keys = new Keys(buffer, byteOffset, length);
  return (row) => keys[row]!;
}

/** From the halves, since a BigInt for each value would be ten times slower. */
function longKeys({ values, length }: Data): ReadKey {
  const { buffer, byteOffset } = values as Uint8Array<ArrayBuffer>;
  const words = new Int32Array(buffer, byteOffset, length * 2);
  return (row) => {
    const low = words[2 * row]! >>> 0;
    const high = words[2 * row + 1]!;
    const key = high * 2 ** 32 + low;
    return Number.isSafeInteger(key) ? key : BigInt(high) * 2n ** 32n + BigInt(low);
  };
}

/** Each word is read once, as long as the batches share their dictionary. */
function dictionaryKeys(word: Field): (data: Data) => ReadKey {
  const keyReader = keyReaderOf(word);
  let dictionary: Vector | undefined;
  let words: Key[] = [];
  return (data) => {
    if (data.dictionary !== dictionary) {
      dictionary = data.dictionary;
      words = (dictionary?.data ?? []).flatMap((chunk) => {
        const read = present(chunk, keyReader(chunk));
        return Array.from({ length: chunk.length }, (_, row) => read(row));
      });
    }
    const indices = data.values as Int32Array | BigInt64Array;
    return (row) => words[Number(indices[row])] ?? null;
  };
}
