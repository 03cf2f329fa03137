/** Queries to tables and to streams of batches. @module */
import { type RecordBatch, Table as ArrowTable } from "apache-arrow";
import { type Table, TableStream } from "../../table/table.ts";
import { cancellable, requestCancel } from "./cancel.ts";
import { isLost, lostConnection } from "./connection_error.ts";
import { describeQuery, executeQuery, type RowFlow } from "./decode/binary_query.ts";
import type { ResultColumn } from "./decode/result_type.ts";
import { RowReader } from "./decode/row_reader.ts";
import { withTables } from "./lend_tables.ts";
import { loadTypes } from "./load_types.ts";
import type { LentClient, Server } from "./server.ts";
import type { QueryText } from "./sql_text.ts";
import { statementFailure } from "./statement_error.ts";
import type { Client } from "pg";

/** Batches that are kept ready for a slow reader before the server has to wait. */
const READY_BATCHES = 2;

/** The whole result. */
export async function readTable<Row>(server: Server, query: QueryText): Promise<Table<Row>> {
  return await server.withClient("a query was answered", async (client) => {
    try {
      return await withTables(client, query, async () => {
        const reader = await prepare(server, client, query.text);
        const batches: RecordBatch[] = [];
        await executeQuery(client, query.values, (bytes, view, at) => {
          reader.append(bytes, view, at);
          if (reader.isFull) batches.push(reader.finish());
        });
        if (reader.rows > 0 || batches.length === 0) batches.push(reader.finish());
        return new ArrowTable(batches) as Table<Row>;
      });
    } catch (cause) {
      throw statementFailure(server.profile, "run the query", cause, query.text);
    }
  });
}

/** The result as a stream; a connection is held until its end. */
export async function readStream<Row>(server: Server, query: QueryText): Promise<TableStream<Row>> {
  if (query.tables.size > 0) {
    throw new TypeError(
      "Cannot stream a query over tables of this process: write them first, or use `query`",
    );
  }
  const lent = await server.lend();
  try {
    const reader = await cancellable(
      lent.client,
      lent.signal,
      () => prepare(server, lent.client, query.text),
    );
    if (reader.hasLooseNumeric) throw looseNumeric(reader.looseNumerics[0]!);
    return new TableStream<Row>(reader.schema, batchesOf(server, lent, reader, query));
  } catch (cause) {
    if (isLost(cause)) {
      lent.discard();
      throw lostConnection(server.profile, "a query was prepared", cause);
    }
    lent.giveBack();
    throw statementFailure(server.profile, "run the query", cause, query.text);
  }
}

async function prepare(server: Server, client: Client, text: string): Promise<RowReader> {
  let fields = await describeQuery(client, text);
  if (await loadTypes(server.catalog, client, fields.map(({ dataTypeID }) => dataTypeID))) {
    // asking for the types took the unnamed statement's place
    fields = await describeQuery(client, text);
  }
  const columns: ResultColumn[] = fields.map((field) => ({
    name: field.name,
    oid: field.dataTypeID,
    modifier: field.dataTypeModifier,
  }));
  return new RowReader(columns, server.catalog);
}

function looseNumeric(name: string): TypeError {
  return new TypeError(
    `Cannot stream column \`${name}\`: a numeric without precision has no scale that holds for all rows; ` +
      `cast it in the query, for example to numeric(38, 9), float8 or text`,
  );
}

async function* batchesOf(
  server: Server,
  lent: LentClient,
  reader: RowReader,
  query: QueryText,
): AsyncGenerator<RecordBatch> {
  const ready: RecordBatch[] = [];
  let wake = () => {};
  let flow: RowFlow | undefined;
  let isDone = false;
  let isLeft = false;
  let failure: unknown;
  const work = () =>
    executeQuery(lent.client, query.values, (bytes, view, at) => {
      // what the server still sends until it is told must be taken, or it never hears
      if (isLeft) return;
      reader.append(bytes, view, at);
      if (!reader.isFull) return;
      ready.push(reader.finish());
      if (ready.length >= READY_BATCHES) flow?.pause();
      wake();
    }, (started) => flow = started);
  const running = cancellable(lent.client, lent.signal, work).then(() => {
    if (reader.rows > 0) ready.push(reader.finish());
  }).catch((cause) => failure = cause ?? new Error("the query ended")).finally(() => {
    isDone = true;
    wake();
  });
  try {
    for (;;) {
      const batch = ready.shift();
      if (batch) {
        if (ready.length < READY_BATCHES) flow?.resume();
        yield batch;
      } else if (isDone) break;
      else await new Promise<void>((resolve) => wake = resolve);
    }
    if (failure === undefined) return;
    if (isLost(failure)) throw lostConnection(server.profile, "a result was streamed", failure);
    throw statementFailure(server.profile, "run the query", failure, query.text);
  } finally {
    // the reader has gone away before the end
    if (!isDone) {
      isLeft = true;
      flow?.resume();
      await requestCancel(lent.client);
      await running;
    }
    if (isLost(failure) || lent.signal?.aborted) lent.discard();
    else lent.giveBack();
  }
}
