/** Divides a table by the values of columns into the parts of a dataset, each of which can be scanned by
 *  itself. A table's rows are gathered when its part is scanned; a stream's are spooled to a file, part by
 *  part, so that memory stays flat. @module */
import { type RecordBatch, Schema } from "apache-arrow";
import { lendTable } from "../../table/arrow_to_duckdb.ts";
import { BatchSpool } from "../../table/batch_spool.ts";
import { tableFromQuery } from "../../table/duckdb_to_arrow.ts";
import { writingDuckDB } from "../../table/engine.ts";
import { gather } from "../../table/gather.ts";
import { passingBatches } from "../../table/ipc.ts";
import type { LentSource } from "../../table/lent_tables.ts";
import { recordBatch } from "../../table/record_batch.ts";
import { RowGroups } from "../../table/row_groups.ts";
import { type Room, Scratch } from "../../table/scratch.ts";
import { type Table, TableStream } from "../../table/table.ts";
import type { Rows } from "./copy_to.ts";
import { partitionFolder } from "./hive.ts";
import { quotedName } from "./sql_text.ts";

/** The rows of one folder, without the columns that its name tells. */
export interface Part extends LentSource {
  /** `city=Oslo/day=2021-01-01` */
  readonly folder: string;
}

/** The parts of a table, in the order of their first rows; to be disposed of when they are written. */
export interface Parts extends Disposable {
  readonly parts: readonly Part[];
}

/** Divides `table` by the columns `by`; a stream is read to its end.
 *
 * @throws {TypeError} where one of the columns holds lists or structs */
export async function partsOf(table: Rows, by: readonly string[]): Promise<Parts> {
  const groups = new RowGroups(table.schema, by);
  const cut = cutter(table.schema, by);
  if (!(table instanceof TableStream)) return await partsOfTable(table, groups, cut);
  const spool = await BatchSpool.open(cut.schema);
  try {
    for await (const batch of passingBatches(table)) {
      for (const { group, rows } of groups.split(batch)) {
        await spool.add(group, rows.length, (room) => cut.rows(batch, rows, room));
      }
    }
    await spool.finish();
    const folders = await foldersOf(groups.keys());
    const parts = folders.map((folder, group) => ({
      folder,
      schema: cut.schema,
      rows: spool.rows(group),
      scan: () => spool.batches(group),
    }));
    return { parts, [Symbol.dispose]: () => spool[Symbol.dispose]() };
  } catch (failure) {
    spool[Symbol.dispose]();
    throw failure;
  }
}

interface Piece {
  readonly batch: RecordBatch;
  readonly rows: Int32Array;
}

async function partsOfTable(table: Table<unknown>, groups: RowGroups, cut: Cutter): Promise<Parts> {
  const pieces: Piece[][] = [];
  for (const batch of table.batches) {
    for (const { group, rows } of groups.split(batch)) (pieces[group] ??= []).push({ batch, rows });
  }
  const folders = await foldersOf(groups.keys());
  const parts = pieces.map((mine, group) => ({
    folder: folders[group]!,
    schema: cut.schema,
    rows: mine.reduce((sum, { rows }) => sum + rows.length, 0),
    scan: () => gathered(mine, cut),
  }));
  return { parts, [Symbol.dispose]: () => {} };
}

/** Each batch lies where the one before it lay. */
function* gathered(pieces: readonly Piece[], cut: Cutter): Generator<RecordBatch> {
  const scratch = new Scratch();
  for (const { batch, rows } of pieces) {
    yield cut.rows(batch, rows, scratch.take);
    scratch.clear();
  }
}

interface Cutter {
  /** Without the columns that name folders. */
  readonly schema: Schema;
  /** @param room where the rows are to lie, if they may not stay where they are; without it, in buffers of
   *  their own */
  rows(batch: RecordBatch, rows: Int32Array, room?: Room): RecordBatch;
}

function cutter({ fields, metadata }: Schema, by: readonly string[]): Cutter {
  const kept = fields.flatMap(({ name }, index) => by.includes(name) ? [] : [index]);
  const schema = new Schema(kept.map((index) => fields[index]!), metadata);
  return {
    schema,
    rows(batch, rows, room) {
      const first = rows[0]!;
      const isInOrder = rows.at(-1)! - first === rows.length - 1;
      const children = kept.map((index) => {
        const data = batch.data.children[index]!;
        return room && isInOrder ? data.slice(first, rows.length) : gather(data, rows, room);
      });
      return recordBatch(schema, children, rows.length);
    },
  };
}

/** The folders of groups, whose values SQL writes as text. */
async function foldersOf(keys: Table): Promise<string[]> {
  const engine = await writingDuckDB();
  using lent = await lendTable(engine, keys);
  const names = keys.schema.names.map(String);
  const texts = names.map((name, index) => `${quotedName(name)}::varchar as "${index}"`);
  const found = await tableFromQuery(engine, `select ${texts.join(", ")} from ${lent.name}`);
  return found.toArray().map((row) =>
    names.map((name, index) => partitionFolder(name, row[String(index)] ?? null)).join("/")
  );
}
