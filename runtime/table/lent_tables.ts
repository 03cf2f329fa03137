/** The table function through which DuckDB scans what is lent to it: it is called on this thread,
 *  2,048 rows at a time, and writes only the columns that the query reads. @module */
import type { Connection, DataChunk, TableFunctionInitInfo } from "@duckdb/node-bindings";
import type { RecordBatch, Schema } from "apache-arrow";
import { type ColumnWriter, columnWriter } from "./column_writer.ts";
import type { DuckDB } from "./engine.ts";

/** Rows that DuckDB takes at once. */
const CHUNK_ROWS = 2048;

/** Something that can be scanned any number of times, each scan from its beginning. */
export interface LentSource {
  readonly schema: Schema;
  /** NaN where nobody counted. */
  readonly rows: number;
  /** The batches, in order; pulled on DuckDB's call, so without waiting for anything. Each is used up when
   *  the next is pulled. */
  scan(): Iterator<RecordBatch>;
}

/** Everything lent to one engine, by number. */
export class LentTables {
  readonly #native: DuckDB;
  readonly #lent = new Map<number, { source: LentSource; writers: readonly ColumnWriter[] }>();
  #count = 0;

  constructor(native: DuckDB) {
    this.#native = native;
  }

  /** Takes a source in; `sluice_lent(number)` scans it until `release`.
   *
   * @throws {TypeError} where a column has a type that DuckDB lacks */
  add(source: LentSource): number {
    const writers = source.schema.fields.map((field) => columnWriter(this.#native, field));
    const number = ++this.#count;
    this.#lent.set(number, { source, writers });
    return number;
  }

  release(number: number): void {
    this.#lent.delete(number);
  }

  /** Makes `sluice_lent(number)` known to the database. */
  register(connection: Connection): void {
    const native = this.#native;
    const scan = native.create_table_function();
    native.table_function_set_name(scan, "sluice_lent");
    native.table_function_add_parameter(scan, native.create_logical_type(native.Type.BIGINT));
    native.table_function_supports_projection_pushdown(scan, true);
    native.table_function_set_bind(scan, (info) => {
      guard((message) => native.bind_set_error(info, message), () => {
        const number = Number(native.get_int64(native.bind_get_parameter(info, 0)));
        const { source, writers } = this.#find(number);
        source.schema.fields.forEach((field, index) => {
          native.bind_add_result_column(info, field.name, writers[index]!.type);
        });
        if (Number.isFinite(source.rows)) native.bind_set_cardinality(info, source.rows, true);
        native.bind_set_bind_data(info, { number });
      });
    });
    native.table_function_set_init(scan, (info) => {
      guard((message) => native.init_set_error(info, message), () => this.#start(info));
    });
    native.table_function_set_function(scan, (info, output) => {
      guard((message) => native.function_set_error(info, message), () => {
        (native.function_get_init_data(info) as Scan).write(output);
      });
    });
    native.register_table_function(connection, scan);
    native.destroy_table_function_sync(scan);
  }

  #start(info: TableFunctionInitInfo): void {
    const native = this.#native;
    const { number } = native.init_get_bind_data(info) as { number: number };
    const { source, writers } = this.#find(number);
    const columns: Projection[] = [];
    for (let at = 0; at < native.init_get_column_count(info); at++) {
      const index = native.init_get_column_index(info, at);
      const writer = writers[index];
      if (writer) columns.push({ at, index, writer });
    }
    native.init_set_max_threads(info, 1);
    native.init_set_init_data(info, new Scan(native, source.scan(), columns));
  }

  #find(number: number) {
    const found = this.#lent.get(number);
    if (!found) throw new Error("a table was used in SQL after it had been given back");
    return found;
  }
}

interface Projection {
  /** Where the column stands among those that the query reads. */
  readonly at: number;
  /** Where it stands in the table. */
  readonly index: number;
  readonly writer: ColumnWriter;
}

/** One scan: where it stands in the batches. */
class Scan {
  readonly #native: DuckDB;
  readonly #batches: Iterator<RecordBatch>;
  readonly #columns: readonly Projection[];
  #batch: RecordBatch | undefined;
  #row = 0;

  constructor(native: DuckDB, batches: Iterator<RecordBatch>, columns: readonly Projection[]) {
    this.#native = native;
    this.#batches = batches;
    this.#columns = columns;
  }

  /** Writes the next rows; none at all ends the scan. */
  write(output: DataChunk): void {
    const native = this.#native;
    const batch = this.#current();
    const count = batch ? Math.min(CHUNK_ROWS, batch.numRows - this.#row) : 0;
    if (batch) {
      for (const { at, index, writer } of this.#columns) {
        const vector = native.data_chunk_get_vector(output, at);
        writer.write(vector, batch.data.children[index]!, this.#row, count, undefined);
      }
      this.#row += count;
    }
    native.data_chunk_set_size(output, count);
  }

  /** The batch that still has rows. */
  #current(): RecordBatch | undefined {
    while (!this.#batch || this.#row >= this.#batch.numRows) {
      const next = this.#batches.next();
      if (next.done) return undefined;
      this.#batch = next.value;
      this.#row = 0;
    }
    return this.#batch;
  }
}

/** An exception must not fly through DuckDB: it becomes the query's error. */
function guard(fail: (message: string) => void, work: () => void): void {
  try {
    work();
  } catch (failure) {
    fail(failure instanceof Error ? failure.message : String(failure));
  }
}
