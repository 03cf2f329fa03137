/** How many bytes a row takes in Arrow's fixed-width types. @module */
import { DataType, IntervalUnit } from "apache-arrow";

/** Bytes of one row; undefined for booleans (a bit) and for types of variable width or children. */
export function byteWidth(type: DataType): number | undefined {
  if (DataType.isDecimal(type)) return type.bitWidth / 8;
  if (DataType.isFixedSizeBinary(type)) return type.byteWidth;
  if (DataType.isInterval(type)) {
    return type.unit === IntervalUnit.MONTH_DAY_NANO ? 16 : 4 * (1 + type.unit);
  }
  const isPlain = DataType.isInt(type) || DataType.isFloat(type) || DataType.isDate(type) ||
    DataType.isTime(type) || DataType.isTimestamp(type) || DataType.isDuration(type);
  return isPlain ? (type.ArrayType as { BYTES_PER_ELEMENT: number }).BYTES_PER_ELEMENT : undefined;
}
