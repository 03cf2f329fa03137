/** What a file format cannot give back is refused when it is written, not found missing when it is read.
 *  @module */
import { DataType } from "apache-arrow";
import type { Rows } from "./copy_to.ts";

interface Lack {
  readonly lacks: (type: DataType) => boolean;
  readonly why: string;
}

const isSpan = (type: DataType) => DataType.isInterval(type) || DataType.isDuration(type);
const isNested = (type: DataType) => (type.children?.length ?? 0) > 0;

const LACKS: Readonly<Record<"csv" | "parquet", Lack>> = {
  csv: {
    lacks: (type) => isNested(type) || isSpan(type),
    why: "which csv lacks; write Parquet or JSON, or make it text with sql",
  },
  parquet: {
    lacks: (type) => isSpan(type) || (type.children ?? []).some(({ type }) => isSpan(type)),
    why: "of which Parquet keeps whole milliseconds up to 49 days and none below zero; " +
      "make it text or a number with sql",
  },
};

/** Lets tables pass whose every column the format can hold without loss.
 *
 * @throws {TypeError} naming the first that it cannot. */
export function refuseTypes(rows: Rows, format: "csv" | "parquet", target: string): void {
  const { lacks, why } = LACKS[format];
  const found = rows.schema.fields.find(({ type }) => lacks(type));
  if (!found) return;
  throw new TypeError(
    `Cannot write ${target}: column \`${found.name}\` holds ${found.type}, ${why}`,
  );
}
