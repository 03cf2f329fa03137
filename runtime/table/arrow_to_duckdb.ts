/** Lends tables to DuckDB, which scans their Arrow buffers in place. @module */
import { Table as ArrowTable } from "apache-arrow";
import type { Engine } from "./engine.ts";
import { FileBatches, openIpc, writeIpc } from "./ipc.ts";
import type { LentSource } from "./lent_tables.ts";
import { Scratch } from "./scratch.ts";
import { type Table, TableStream } from "./table.ts";
import { newTempPath } from "./temp_folder.ts";

/** A table as DuckDB sees it until it is disposed of. */
export interface LentTable extends Disposable {
  /** Stands in a FROM clause, with an alias behind it or without. */
  readonly name: string;
}

/** Lends a table or a stream to `engine`; the rows stay where they are, and DuckDB pulls the columns
 *  that a query reads. Queries must be awaited, since DuckDB calls back on this thread.
 *
 *  DuckDB cannot wait for the batches of a stream: where it is not an Arrow file already, as between
 *  blocks, it is written to one under `.sluice/tmp` first. Memory stays flat, and the file is read as
 *  often as the SQL names it.
 *
 * @throws {TypeError} where a column has a type that DuckDB lacks
 * @example
 * ```ts
 * import { tableFromArrays } from "apache-arrow";
 * import { duckdb } from "./engine.ts";
 * import { lendTable } from "./arrow_to_duckdb.ts";
 * import { tableFromQuery } from "./duckdb_to_arrow.ts";
 * const engine = await duckdb();
 * using fares = await lendTable(engine, tableFromArrays({ fare: [4, 8] }));
 * const sum = await tableFromQuery(engine, `select sum(fare) as total from ${fares.name}`);
 * console.log(sum.getChild("total")?.get(0)); // 12
 * ``` */
export async function lendTable(
  engine: Engine,
  table: Table<unknown> | TableStream<unknown>,
): Promise<LentTable> {
  if (table instanceof TableStream) return await lendStream(engine, table);
  return lendSource(engine, sourceOf(table));
}

function sourceOf(table: Table<unknown>): LentSource {
  if (!(table instanceof ArrowTable)) {
    throw new TypeError("Cannot lend to DuckDB what is neither a Table nor a TableStream");
  }
  return {
    schema: table.schema,
    rows: table.numRows,
    scan: () => table.batches[Symbol.iterator](),
  };
}

async function lendStream(engine: Engine, stream: TableStream<unknown>): Promise<LentTable> {
  const batches = stream.batches();
  if (batches instanceof FileBatches) {
    batches[Symbol.dispose]();
    return lendFile(engine, batches.path, { schema: stream.schema, rows: NaN });
  }
  const path = newTempPath("stream", ".arrow");
  const remove = () => {
    try {
      Deno.removeSync(path);
    } catch (failure) {
      if (!(failure instanceof Deno.errors.NotFound)) throw failure;
    }
  };
  try {
    const { rows } = await writeIpc(new TableStream(stream.schema, batches), path);
    return lendFile(engine, path, { schema: stream.schema, rows }, remove);
  } catch (failure) {
    remove();
    throw failure;
  }
}

/** Lends a file's rows, each scan from a file of its own. */
function lendFile(
  engine: Engine,
  path: string,
  about: Pick<LentSource, "schema" | "rows">,
  after: () => void = () => {},
): LentTable {
  const opened: Disposable[] = [];
  const scan = () => {
    const file = openIpc(path, new Scratch());
    opened.push(file);
    return file.batches;
  };
  return lendSource(engine, { ...about, scan }, () => {
    for (const file of opened) file[Symbol.dispose]();
    after();
  });
}

/** Lends what can be scanned without waiting; `after` is called when it is given back. */
export function lendSource(
  engine: Engine,
  source: LentSource,
  after: () => void = () => {},
): LentTable {
  const number = engine.lent.add(source);
  let isLent = true;
  return {
    name: `(from sluice_lent(${number}))`,
    [Symbol.dispose]() {
      if (!isLent) return;
      isLent = false;
      engine.lent.release(number);
      after();
    },
  };
}
