/** Batches of many groups in one file, for what memory could not hold: a group's batches are read back
 *  together, whatever came between them. The file holds whole Arrow streams one behind another, each of one
 *  group. @module */
import { dirname } from "../context/paths.ts";
import type { RecordBatch, Schema } from "apache-arrow";
import { ipcAt, ipcPieces } from "./ipc.ts";
import { type Room, Scratch } from "./scratch.ts";
import { StagedFile } from "./staged_file.ts";
import { newTempPath } from "./temp_folder.ts";

/** What waits in memory for more of its group. */
const WAITING_BYTES = 16 * 2 ** 20;
/** A batch of this many rows waits for no others. */
const LARGE_ROWS = 8192;

interface Group {
  rows: number;
  /** Where its streams begin in the file. */
  readonly places: number[];
  waiting: RecordBatch[];
  waitingBytes: number;
}

/** A file under `.sluice/tmp` that goes when it is disposed of. */
export class BatchSpool implements Disposable {
  readonly #path: string;
  readonly #file: Deno.FsFile;
  readonly #staged: StagedFile;
  readonly #schema: Schema;
  readonly #groups: Group[] = [];
  readonly #scratch = new Scratch();
  /** Of readers that came to their end. */
  readonly #idle: Scratch[] = [];
  #waitingBytes = 0;

  private constructor(path: string, file: Deno.FsFile, schema: Schema) {
    this.#path = path;
    this.#file = file;
    this.#staged = new StagedFile(file);
    this.#schema = schema;
  }

  static async open(schema: Schema): Promise<BatchSpool> {
    const path = newTempPath("groups", ".arrow");
    await Deno.mkdir(dirname(path), { recursive: true });
    const file = await Deno.open(path, { read: true, write: true, createNew: true });
    return new BatchSpool(path, file, schema);
  }

  /** Takes the next rows of a group; groups are counted from 0.
   *
   * @param cut makes their batch: in room that is taken back when it is written, or in its own, to be kept */
  async add(group: number, rows: number, cut: (room?: Room) => RecordBatch): Promise<void> {
    const known = this.#groups[group] ??= { rows: 0, places: [], waiting: [], waitingBytes: 0 };
    known.rows += rows;
    if (rows >= LARGE_ROWS) {
      await this.#write(known, cut(this.#scratch.take));
      this.#scratch.clear();
      return;
    }
    const batch = cut();
    const bytes = batch.data.byteLength;
    known.waiting.push(batch);
    known.waitingBytes += bytes;
    this.#waitingBytes += bytes;
    if (this.#waitingBytes > WAITING_BYTES) await this.#writeDown(WAITING_BYTES / 2);
  }

  /** To be called after the last batch. */
  async finish(): Promise<void> {
    await this.#writeDown(0);
    await this.#staged.flush();
  }

  /** The rows of a group. */
  rows(group: number): number {
    return this.#groups[group]!.rows;
  }

  /** The batches of a group in the order in which they came, read without waiting; each is used up when
   *  the next is asked for. */
  *batches(group: number): Generator<RecordBatch> {
    const scratch = this.#idle.pop() ?? new Scratch();
    for (const place of this.#groups[group]!.places) yield* ipcAt(this.#file, place, scratch);
    this.#idle.push(scratch);
  }

  [Symbol.dispose](): void {
    this.#file.close();
    Deno.removeSync(this.#path);
  }

  /** Writes the largest groups until no more than `most` bytes wait. */
  async #writeDown(most: number): Promise<void> {
    const largest = this.#groups.filter(({ waiting }) => waiting.length > 0)
      .sort((a, b) => b.waitingBytes - a.waitingBytes);
    for (const group of largest) {
      if (this.#waitingBytes <= most) return;
      await this.#write(group);
    }
  }

  /** Writes what waits of a group, and the batch behind it. */
  async #write(group: Group, ...last: RecordBatch[]): Promise<void> {
    group.places.push(this.#staged.bytes);
    for (const piece of ipcPieces(this.#schema, [...group.waiting, ...last])) {
      await this.#staged.append(piece);
    }
    this.#waitingBytes -= group.waitingBytes;
    group.waiting = [];
    group.waitingBytes = 0;
  }
}
