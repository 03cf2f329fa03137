/** The columns that a source's folder names add. @module */
import type { Column } from "./declared.ts";
import { partitionType } from "./inference.ts";
import type { Source } from "./locate.ts";
import { quotedName } from "./sql_text.ts";
import type { RawColumn } from "./typed_query.ts";

/** What DuckDB's readers are told about folder names. */
export function hiveOption({ files }: Source): string {
  return files[0].partitions.length > 0
    ? "hive_partitioning=true, hive_types_autocast=false"
    : "hive_partitioning=false";
}

/** The partition columns, which hold text until they are given their types.
 *
 * @throws {Error} where the files do not stand in the same kind of folders */
export function partitionColumns(
  source: Source,
  declared: ReadonlyMap<string, Column>,
): RawColumn[] {
  const [first] = source.files;
  const keys = (file: typeof first) => file.partitions.map((each) => each.column).join("/");
  const odd = source.files.find((file) => keys(file) !== keys(first));
  if (odd) {
    throw new Error(
      `Cannot read ${odd.name} together with ${first.name}: their folders name other columns (${
        keys(odd) || "none"
      }, not ${keys(first) || "none"})`,
    );
  }
  return first.partitions.map(({ column: name, encoded }, index) => {
    const values = source.files.map((file) => file.partitions[index]!.value);
    const inferred = { name, type: partitionType(values), declared: undefined, isNotNull: false };
    return {
      name,
      value: quotedName(encoded),
      type: "VARCHAR",
      declared: declared.get(name) ?? inferred,
    };
  });
}
