/** JavaScript values into Arrow columns of a declared type; what does not fit is refused with its
 *  column, row and value. @module */
import { type Data, type Field, makeData } from "apache-arrow";
import { type ColumnType, parseColumnType } from "./column_types.ts";
import { type EncodedValues, encodedValues } from "./encoded_values.ts";
import { type Encoded, encoderOf } from "./value_encoder.ts";

/** One column in the making. */
export class ColumnEncoder {
  readonly field: Field;
  readonly #declared: string;
  readonly #encode: (value: unknown) => Encoded | undefined;
  readonly #values: EncodedValues;

  /** @throws {TypeError} where the type is not known */
  constructor(column: string, declared: ColumnType) {
    this.#declared = declared;
    this.field = parseColumnType(column, declared).field;
    this.#encode = encoderOf(declared.replace(/ not null$/, ""));
    this.#values = encodedValues(this.field.type);
  }

  /** Appends the value of a row, counted from 0; undefined is null.
   *
   * @throws {TypeError} where the value does not fit the declared type */
  append(value: unknown, row: number): void {
    if (value === null || value === undefined) {
      if (!this.field.nullable) throw this.#misfit("null", row);
      this.#values.push(null);
      return;
    }
    const encoded = this.#encode(value);
    if (encoded === undefined) throw this.#misfit(shown(value), row);
    this.#values.push(encoded);
  }

  /** The column of everything appended since the last call. */
  finish(): Data {
    return makeData({ type: this.field.type, ...this.#values.take() } as never);
  }

  #misfit(seen: string, row: number): TypeError {
    return new TypeError(
      `Cannot put ${seen} into column \`${this.field.name}\`, row ${
        row + 1
      }: it does not fit \`${this.#declared}\``,
    );
  }
}

function shown(value: unknown): string {
  if (typeof value === "string") return JSON.stringify(value.slice(0, 80));
  if (typeof value === "bigint") return `${value}n`;
  if (value instanceof Promise) return "a promise";
  if (value instanceof Date) {
    return Number.isNaN(value.getTime()) ? "an invalid Date" : value.toISOString();
  }
  if (typeof value === "object") {
    return `${value?.constructor?.name ?? "object"} ${value}`.slice(0, 80);
  }
  return String(value);
}
