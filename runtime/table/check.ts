/** Tests of a block's output: they judge every row, are recorded with the run, and stop the block
 *  where one fails. @module */
import type { RecordBatch, Schema } from "apache-arrow";
import { type CheckResult, currentScope, type Scope } from "../context/scope.ts";
import { CheckError } from "./check_error.ts";
import { checkTable } from "./check_table.ts";
import { reportLive } from "./display/report_live.ts";
import { isTrue, type Predicate } from "./filter.ts";
import { gather } from "./gather.ts";
import { previewText } from "./preview.ts";
import { recordBatch } from "./record_batch.ts";
import { RowView } from "./row_view.ts";
import { type Table, TableStream } from "./table.ts";
import { tableFromBatches } from "./table_from_batches.ts";
import { awaitReader } from "./unjudged.ts";

/** Row tests by the name under which they are recorded; each must hold for every row. */
export type Checks<Row> = Readonly<Record<string, Predicate<Row>>>;

/** Judges every row of a table, or one condition. All tests of a call are evaluated and recorded;
 *  then the call throws if any failed. A stream is judged as it passes: its reader, such as a
 *  writer, gets the error at the end, before it commits. A block that ends without having read the
 *  stream to its end fails, for its check was not judged.
 *
 * @throws {CheckError} naming the tests that failed, with counts and the first failing rows
 * @example
 * ```ts
 * import { check, tableFromRows } from "sluice";
 * const trips = tableFromRows([{ passengers: 1 }, { passengers: 2 }], {
 *   types: { passengers: "int64" },
 * });
 * check(trips, { "every trip has passengers": (trip) => (trip.passengers ?? 0) > 0 });
 * check("two trips", trips.numRows === 2);
 * ``` */
export function check<Row>(table: Table<Row> | TableStream<Row>, checks: Checks<Row>): void;
export function check(name: string, condition: boolean): void;
export function check<Row>(
  subject: Table<Row> | TableStream<Row> | string,
  tests: Checks<Row> | boolean,
): void {
  const scope = currentScope();
  if (typeof subject === "string") {
    return conclude(scope, [{ name: subject, passed: isTrue(tests) }], []);
  }
  checkTable(subject, "check");
  const judge = new Judge<Row>(subject.schema, tests as Checks<Row>);
  if (subject instanceof TableStream) {
    const onJudged = awaitReader(scope, Object.keys(tests));
    subject.watch((batches) => judged(batches, { judge, scope, onJudged }));
    return;
  }
  for (const batch of subject.batches) judge.look(batch);
  conclude(scope, judge.results(), judge.previews());
}

async function* judged<Row>(
  batches: AsyncIterable<RecordBatch>,
  { judge, scope, onJudged }: {
    readonly judge: Judge<Row>;
    readonly scope: Scope | undefined;
    readonly onJudged: () => void;
  },
): AsyncGenerator<RecordBatch> {
  for await (const batch of batches) {
    judge.look(batch);
    yield batch;
  }
  onJudged();
  conclude(scope, judge.results(), judge.previews());
}

function conclude(
  scope: Scope | undefined,
  results: readonly CheckResult[],
  previews: readonly string[],
): void {
  const event = { type: "checks", results } as const;
  if (scope) scope.report(event);
  else reportLive(event);
  if (results.some((result) => !result.passed)) throw new CheckError(results, previews);
}

/** Failing rows that an error shows for each test. */
const SHOWN_ROWS = 3;

interface Tally<Row> {
  readonly name: string;
  readonly predicate: Predicate<Row>;
  failedRows: number;
  shown: RecordBatch[];
}

/** Counts the rows that fail, batch by batch. */
class Judge<Row> {
  readonly #schema: Schema;
  readonly #view: RowView<Row>;
  readonly #tallies: readonly Tally<Row>[];
  #rows = 0;

  constructor(schema: Schema, checks: Checks<Row>) {
    this.#schema = schema;
    this.#view = new RowView<Row>(schema);
    this.#tallies = Object.entries(checks).map(([name, predicate]) => ({
      name,
      predicate,
      failedRows: 0,
      shown: [],
    }));
  }

  look(batch: RecordBatch): void {
    this.#view.turnTo(batch);
    this.#rows += batch.numRows;
    for (const tally of this.#tallies) this.#count(tally, batch);
  }

  results(): CheckResult[] {
    return this.#tallies.map(({ name, failedRows }) => ({
      name,
      passed: failedRows === 0,
      failedRows,
      rows: this.#rows,
    }));
  }

  /** The first rows that failed, for each test that has any. */
  previews(): string[] {
    return this.#tallies.filter(({ failedRows }) => failedRows > 0).map(({ name, shown }) => {
      const rows = tableFromBatches(this.#schema, shown);
      const lines = previewText(rows).split("\n").slice(0, -1).map((line) => `    ${line}`);
      return [`  ${name}, first rows that fail:`, ...lines].join("\n");
    });
  }

  #count(tally: Tally<Row>, batch: RecordBatch): void {
    const view = this.#view;
    const failing: number[] = [];
    const room = SHOWN_ROWS - Math.min(SHOWN_ROWS, tally.failedRows);
    for (let row = 0; row < batch.numRows; row++) {
      const index = view.moveTo(row);
      const verdict = tally.predicate(view.row, index);
      if (verdict === true || (verdict !== false && isTrue(verdict))) continue;
      tally.failedRows++;
      if (failing.length < room) failing.push(row);
    }
    if (failing.length === 0) return;
    const rows = Int32Array.from(failing);
    const children = batch.data.children.map((data) => gather(data, rows));
    tally.shown.push(recordBatch(this.#schema, children, rows.length));
  }
}
