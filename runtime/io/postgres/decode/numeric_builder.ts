/** Numerics as decimals of 128 bits. @module */
import { type Data, Decimal, makeData } from "apache-arrow";
import { type ColumnBuilder, UnreadableValue, ValidityBuilder } from "./column_builder.ts";
import { MOST_DIGITS } from "./result_type.ts";

const NEGATIVE = 0x4000;
const BASE = 10_000n;
const BASE_DIGITS = 4;
const LIMIT = 10n ** BigInt(MOST_DIGITS);

/** A number: `unscaled` × 10^-`scale`. */
interface Numeric {
  readonly unscaled: bigint;
  readonly scale: number;
}

/** Decimals of a known scale, or, where it is undefined, of the largest that the values have. */
export class NumericBuilder implements ColumnBuilder {
  readonly #declared: Decimal | undefined;
  readonly #validity = new ValidityBuilder();
  #values: Numeric[] = [];

  constructor(declared: Decimal | undefined) {
    this.#declared = declared;
  }

  get type(): Decimal {
    return this.#declared ?? new Decimal(this.#largestScale(), MOST_DIGITS, 128);
  }

  append(_bytes: Uint8Array, view: DataView, at: number, length: number): void {
    if (length < 0) this.#validity.setNull(this.#values.length);
    this.#values.push(length < 0 ? { unscaled: 0n, scale: 0 } : readNumeric(view, at));
  }

  finish(): Data {
    const { type } = this;
    const length = this.#values.length;
    const words = new BigUint64Array(2 * length);
    this.#values.forEach((value, row) => {
      const unscaled = value.unscaled * 10n ** BigInt(type.scale - value.scale);
      if (unscaled >= LIMIT || unscaled <= -LIMIT) {
        throw new UnreadableValue(
          `a numeric has more than ${MOST_DIGITS} digits; cast it to text or float8`,
        );
      }
      words[2 * row] = BigInt.asUintN(64, unscaled);
      words[2 * row + 1] = BigInt.asUintN(64, unscaled >> 64n);
    });
    this.#values = [];
    const data = new Uint32Array(words.buffer);
    return makeData({ type, length, ...this.#validity.finish(length), data } as never);
  }

  #largestScale(): number {
    let largest = 0;
    for (const { scale } of this.#values) if (scale > largest) largest = scale;
    return largest;
  }
}

/** The groups' base-10,000 digits, the first of which counts 10,000^weight. */
function readNumeric(view: DataView, at: number): Numeric {
  const groups = view.getInt16(at);
  const weight = view.getInt16(at + 2);
  const sign = view.getUint16(at + 4);
  const scale = view.getInt16(at + 6);
  if (sign !== 0 && sign !== NEGATIVE) {
    throw new UnreadableValue("a decimal has no NaN and no infinity; cast it to float8");
  }
  let unscaled = 0n;
  for (let group = 0; group < groups; group++) {
    unscaled = unscaled * BASE + BigInt(view.getInt16(at + 8 + 2 * group));
  }
  // how many decimal places the groups reach, against how many are told
  const shift = scale - (groups - 1 - weight) * BASE_DIGITS;
  if (groups > 0) {
    unscaled = shift >= 0 ? unscaled * 10n ** BigInt(shift) : unscaled / 10n ** BigInt(-shift);
  }
  return { unscaled: sign === NEGATIVE ? -unscaled : unscaled, scale };
}
