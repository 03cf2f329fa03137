/** Decodes rows of Postgres's binary format into record batches. @module */
import { type Field, makeData, RecordBatch, Schema, Struct } from "apache-arrow";
import { builderFor } from "./builder_for.ts";
import { type ColumnBuilder, UnreadableValue } from "./column_builder.ts";
import { type CatalogType, isLooseNumeric, type ResultColumn, resultField } from "./result_type.ts";

const BATCH_ROWS = 65_536;
/** A batch with long values ends sooner. */
const BATCH_BYTES = 64 << 20;

/** Collects rows and gives them out as batches. */
export class RowReader {
  readonly #columns: readonly ResultColumn[];
  readonly #fields: readonly Field[];
  readonly #builders: readonly ColumnBuilder[];
  /** A numeric without precision gets its scale from all values: then the whole result is one batch. */
  readonly hasLooseNumeric: boolean;
  #rows = 0;
  #bytes = 0;
  #before = 0;

  constructor(columns: readonly ResultColumn[], catalog: ReadonlyMap<number, CatalogType>) {
    this.#columns = columns;
    this.#fields = columns.map((column) => resultField(column, catalog));
    this.#builders = columns.map((column, index) => {
      return builderFor(column, this.#fields[index]!, catalog);
    });
    this.hasLooseNumeric = columns.some(isLooseNumeric);
  }

  /** The names of the columns whose scale is not known yet. */
  get looseNumerics(): readonly string[] {
    return this.#columns.filter(isLooseNumeric).map(({ name }) => name);
  }

  /** The schema as far as it is known: final where no numeric is loose, or before `finish`. */
  get schema(): Schema {
    return new Schema(this.#fields.map((field, index) => {
      return field.clone({ type: this.#builders[index]!.type });
    }));
  }

  /** Reads the row at `at`: the number of fields, then each field's length and bytes. */
  append(bytes: Uint8Array, view: DataView, at: number): void {
    const builders = this.#builders;
    const first = at;
    at += 2;
    for (let column = 0; column < builders.length; column++) {
      const length = view.getInt32(at);
      at += 4;
      try {
        builders[column]!.append(bytes, view, at, length);
      } catch (cause) {
        throw this.#located(cause, `row ${this.#before + this.#rows + 1}, `, column);
      }
      if (length > 0) at += length;
    }
    this.#rows++;
    this.#bytes += at - first;
  }

  /** Whether a batch is full. */
  get isFull(): boolean {
    return !this.hasLooseNumeric && (this.#rows >= BATCH_ROWS || this.#bytes >= BATCH_BYTES);
  }

  get rows(): number {
    return this.#rows;
  }

  /** The rows since the last batch. */
  finish(): RecordBatch {
    const { schema } = this;
    const children = this.#builders.map((builder, column) => {
      try {
        return builder.finish();
      } catch (cause) {
        throw this.#located(cause, "", column);
      }
    });
    const length = this.#rows;
    this.#before += length;
    this.#rows = 0;
    this.#bytes = 0;
    const data = makeData({ type: new Struct(schema.fields), length, nullCount: 0, children });
    return new RecordBatch(schema, data as never);
  }

  #located(cause: unknown, row: string, column: number): unknown {
    if (!(cause instanceof UnreadableValue)) return cause;
    const name = this.#columns[column]!.name;
    return new RangeError(`Cannot read ${row}column \`${name}\`: ${cause.message}`, { cause });
  }
}
