/** The two Arrow extension types that tables use: uuid as 16 bytes, json as text.
 *  Both are of Arrow's canonical list, so that other readers know them. @module */
import { DataType, type Field, FixedSizeBinary } from "apache-arrow";

const NAME = "ARROW:extension:name";

/** The metadata that makes a field an extension type. */
export function extension(name: "arrow.uuid" | "arrow.json"): Map<string, string> {
  return new Map([[NAME, name], ["ARROW:extension:metadata", ""]]);
}

/** How a uuid is stored. */
export function uuidType(): FixedSizeBinary {
  return new FixedSizeBinary(16);
}

/** Whether the column holds uuids. */
export function isUuid(field: Field): boolean {
  return field.metadata.get(NAME) === "arrow.uuid" && DataType.isFixedSizeBinary(field.type);
}

/** Whether the column holds JSON text. */
export function isJson(field: Field): boolean {
  return field.metadata.get(NAME) === "arrow.json";
}
