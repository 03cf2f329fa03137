/** Gives bytes to a vector of DuckDB, which keeps them as long as itself, and learns where they lie: what
 *  DuckDB writes down of a long string is its address. @module */
import type { Vector } from "@duckdb/node-bindings";
import type { DuckDB } from "./engine.ts";

const RECORD = 16;
const POINTER = 8;

/** The address of the vector's copy of `bytes`, which are more than twelve. Its first record is used for
 *  it, and must be written afterwards.
 *
 * @throws {Error} where DuckDB refuses them, as it does where text is not UTF-8. */
export function keepBytes(
  bytes: Uint8Array,
  { native, vector }: { readonly native: DuckDB; readonly vector: Vector },
): number {
  native.copy_data_to_vector(vector, 0, new ArrayBuffer(RECORD), 0, RECORD);
  native.vector_assign_string_element_len(vector, 0, bytes);
  const record = native.vector_get_data(vector, RECORD);
  const view = new DataView(record.buffer, record.byteOffset, RECORD);
  if (view.getUint32(0, true) !== bytes.length) {
    throw new Error("Cannot lend a column of strings to DuckDB: its bytes are not UTF-8");
  }
  return Number(view.getBigUint64(POINTER, true));
}
