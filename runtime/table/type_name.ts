/** Column types as people declare them, for previews and messages. @module */
import { DataType, type Field } from "apache-arrow";
import { isJson, isUuid } from "./extension.ts";

/** The declared name of a column's type where it has one, or else Arrow's.
 *
 * @example
 * ```ts
 * import { Field, Int64 } from "apache-arrow";
 * import { typeName } from "./type_name.ts";
 * typeName(new Field("n", new Int64())); // "int64"
 * ``` */
export function typeName(field: Field): string {
  const { type } = field;
  if (isUuid(field)) return "uuid";
  if (isJson(field)) return "json";
  if (DataType.isInt(type)) return `${type.isSigned ? "" : "u"}int${type.bitWidth}`;
  if (DataType.isFloat(type)) return ["float16", "float32", "float64"][type.precision]!;
  if (DataType.isBool(type)) return "boolean";
  if (DataType.isUtf8(type) || DataType.isLargeUtf8(type)) return "string";
  if (DataType.isBinary(type) || DataType.isLargeBinary(type)) return "binary";
  if (DataType.isDecimal(type)) return `decimal(${type.precision},${type.scale})`;
  if (DataType.isDate(type)) return "date";
  if (DataType.isTime(type)) return "time";
  if (DataType.isTimestamp(type)) return type.timezone ? "timestamptz" : "timestamp";
  if (DataType.isDictionary(type)) return typeName(field.clone({ type: type.dictionary }));
  if (DataType.isList(type)) return `list<${typeName(type.children[0]!)}>`;
  if (DataType.isStruct(type)) return "struct";
  if (DataType.isMap(type)) return "map";
  return String(type);
}
