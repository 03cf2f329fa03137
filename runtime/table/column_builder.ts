/** Gathers the vectors of DuckDB's chunks into whole Arrow columns: bytes are copied column by
 *  column, no value is ever made a JavaScript object. @module */
import type { LogicalType, Vector } from "@duckdb/node-bindings";
import type { Data, Field } from "apache-arrow";
import { BooleanBuilder, FixedBuilder, NullBuilder } from "./fixed_builder.ts";
import { BytesBuilder } from "./bytes_builder.ts";
import { EnumBuilder } from "./enum_builder.ts";
import { FixedListBuilder, ListBuilder, StructBuilder } from "./nested_builder.ts";
import { decimalWidening, hugeintNarrowing, intervalWidening, uuidTurning } from "./conversion.ts";
import type { DuckDB } from "./engine.ts";

/** Which rows of a vector to take: start and count, in turn. */
export type Ranges = readonly number[];

/** One column in the making. */
export interface ColumnBuilder {
  /** Appends the rows in `ranges` of a vector that holds `size` rows. */
  append(vector: Vector, size: number, ranges: Ranges): void;
  /** Everything appended since the last call. */
  finish(): Data;
  /** Bytes of variable length held so far. */
  readonly bytes: number;
}

/** The builder for a column of DuckDB's `type` that becomes `field`. */
export function columnBuilder(native: DuckDB, field: Field, type: LogicalType): ColumnBuilder {
  const { Type } = native;
  const id = native.get_type_id(type);
  const fields: readonly Field[] = field.type.children ?? [];
  const child = (index: number, logical: LogicalType) =>
    columnBuilder(native, fields[index]!, logical);
  switch (id) {
    case Type.SQLNULL:
      return new NullBuilder();
    case Type.BOOLEAN:
      return new BooleanBuilder(native);
    case Type.VARCHAR:
    case Type.BLOB:
      return new BytesBuilder(native, field.type);
    case Type.ENUM:
      return new EnumBuilder(native, type);
    case Type.LIST:
      return new ListBuilder(native, field.type, child(0, native.list_type_child_type(type)));
    case Type.MAP:
      return new ListBuilder(native, field.type, mapEntries(native, field, type));
    case Type.ARRAY:
      return new FixedListBuilder(
        native,
        field.type,
        child(0, native.array_type_child_type(type)),
      );
    case Type.STRUCT:
      return new StructBuilder(
        native,
        field.type,
        fields.map((_, index) => child(index, native.struct_type_child_type(type, index))),
      );
    default:
      return new FixedBuilder(native, field.type, conversionFor(native, field.name, type));
  }
}

function mapEntries(native: DuckDB, field: Field, type: LogicalType): ColumnBuilder {
  const entries = field.type.children[0]!.type;
  return new StructBuilder(native, entries, [
    columnBuilder(native, entries.children[0]!, native.map_type_key_type(type)),
    columnBuilder(native, entries.children[1]!, native.map_type_value_type(type)),
  ]);
}

/** Types whose bytes differ between DuckDB and Arrow; all others are copied as they are. */
function conversionFor(native: DuckDB, column: string, type: LogicalType) {
  const { Type } = native;
  switch (native.get_type_id(type)) {
    case Type.HUGEINT:
      return hugeintNarrowing(column, "signed");
    case Type.UHUGEINT:
      return hugeintNarrowing(column, "unsigned");
    case Type.UUID:
      return uuidTurning();
    case Type.INTERVAL:
      return intervalWidening(column);
    case Type.DECIMAL:
      return decimalWidening(native.decimal_width(type));
    default:
      return undefined;
  }
}
