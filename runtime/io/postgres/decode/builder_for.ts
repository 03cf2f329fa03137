/** Chooses the builder of a result's column. @module */
import { DataType, type Decimal, type Field } from "apache-arrow";
import { EPOCH_DAYS, EPOCH_MICROS, Oid } from "../oids.ts";
import {
  BoolBuilder,
  BytesBuilder,
  type ColumnBuilder,
  FixedBuilder,
  ListBuilder,
  NullBuilder,
  type Take,
  UnreadableValue,
} from "./column_builder.ts";
import { NumericBuilder } from "./numeric_builder.ts";
import { type CatalogType, isLooseNumeric, type ResultColumn } from "./result_type.ts";

const TWO_32 = 2 ** 32;
const SAFE_HIGH = 2 ** 20;
const MOST_HIGH = 2 ** 31 - 1;
const LEAST_HIGH = -(2 ** 31);

/** A builder for `column`, which becomes `field`. */
export function builderFor(
  column: ResultColumn,
  field: Field,
  catalog: ReadonlyMap<number, CatalogType>,
): ColumnBuilder {
  const { type } = field;
  if (DataType.isBool(type)) return new BoolBuilder(type);
  if (DataType.isUtf8(type) || DataType.isBinary(type)) {
    return new BytesBuilder(type, column.oid === Oid.jsonb ? 1 : 0);
  }
  if (DataType.isNull(type)) return new NullBuilder(type);
  if (DataType.isDecimal(type)) {
    return new NumericBuilder(isLooseNumeric(column) ? undefined : type as Decimal);
  }
  if (DataType.isList(type)) {
    const element = { ...column, oid: catalog.get(column.oid)?.elementOid ?? 0 };
    return new ListBuilder(type, builderFor(element, type.children[0]!, catalog));
  }
  const fixed = FIXED[column.oid];
  if (!fixed) throw new TypeError(`no way to read ${type} from type ${column.oid}`);
  return new FixedBuilder(type, fixed.width, fixed.take);
}

const takeInt64: Take = (values, row, view, at) => {
  values.setInt32(8 * row, view.getInt32(at + 4), true);
  values.setInt32(8 * row + 4, view.getInt32(at), true);
};

const takeDate: Take = (values, row, view, at) => {
  const day = view.getInt32(at);
  if (day === MOST_HIGH || day === LEAST_HIGH) throw infinite("date", day);
  values.setInt32(4 * row, day + EPOCH_DAYS, true);
};

const takeTimestamp: Take = (values, row, view, at) => {
  const high = view.getInt32(at);
  const low = view.getUint32(at + 4);
  if (high > -SAFE_HIGH && high < SAFE_HIGH) {
    const micros = high * TWO_32 + low + EPOCH_MICROS;
    const highOut = Math.floor(micros / TWO_32);
    values.setInt32(8 * row + 4, highOut, true);
    values.setUint32(8 * row, micros - highOut * TWO_32, true);
    return;
  }
  if ((high === MOST_HIGH && low === TWO_32 - 1) || (high === LEAST_HIGH && low === 0)) {
    throw infinite("timestamp", high);
  }
  const micros = view.getBigInt64(at) + BigInt(EPOCH_MICROS);
  if (BigInt.asIntN(64, micros) !== micros) {
    throw new UnreadableValue(
      "the timestamp lies beyond the year 294247, the last that Arrow can tell",
    );
  }
  values.setBigInt64(8 * row, micros, true);
};

const takeInterval: Take = (values, row, view, at) => {
  const months = view.getInt32(at + 12);
  const days = view.getInt32(at + 8);
  const nanos = view.getBigInt64(at) * 1000n;
  if (months === MOST_HIGH && days === MOST_HIGH) throw infinite("interval", 1);
  if (months === LEAST_HIGH && days === LEAST_HIGH) throw infinite("interval", -1);
  if (BigInt.asIntN(64, nanos) !== nanos) {
    throw new UnreadableValue("the interval's time takes more than 64 bits of nanoseconds");
  }
  values.setInt32(16 * row, months, true);
  values.setInt32(16 * row + 4, days, true);
  values.setBigInt64(16 * row + 8, nanos, true);
};

const takeUuid: Take = (values, row, view, at) => {
  for (let word = 0; word < 16; word += 4) {
    values.setUint32(16 * row + word, view.getUint32(at + word));
  }
};

const FIXED: Readonly<Record<number, { readonly width: number; readonly take: Take }>> = {
  [Oid.int2]: {
    width: 2,
    take: (values, row, view, at) => values.setInt16(2 * row, view.getInt16(at), true),
  },
  [Oid.int4]: {
    width: 4,
    take: (values, row, view, at) => values.setInt32(4 * row, view.getInt32(at), true),
  },
  [Oid.oid]: {
    width: 4,
    take: (values, row, view, at) => values.setInt32(4 * row, view.getInt32(at), true),
  },
  [Oid.float4]: {
    width: 4,
    take: (values, row, view, at) => values.setInt32(4 * row, view.getInt32(at), true),
  },
  [Oid.int8]: { width: 8, take: takeInt64 },
  [Oid.float8]: { width: 8, take: takeInt64 },
  [Oid.time]: { width: 8, take: takeInt64 },
  [Oid.date]: { width: 4, take: takeDate },
  [Oid.timestamp]: { width: 8, take: takeTimestamp },
  [Oid.timestamptz]: { width: 8, take: takeTimestamp },
  [Oid.interval]: { width: 16, take: takeInterval },
  [Oid.uuid]: { width: 16, take: takeUuid },
};

function infinite(type: string, sign: number): UnreadableValue {
  return new UnreadableValue(
    `${
      sign < 0 ? "-" : ""
    }infinity is no ${type} that Arrow can tell; cast it to text or leave it out`,
  );
}
