/** Writes tables as datasets: folders named by the values of columns, as hive does. @module */
import { suggestion } from "../../table/nearest.ts";
import { checkWrite } from "../check_write.ts";
import { alreadyThere } from "./already_there.ts";
import { AppendLedger, fileAppendKey } from "./append_ledger.ts";
import type { Rows } from "./copy_to.ts";
import { checkReplaceable, datasetFiles, linkInto } from "./dataset.ts";
import { literalPath } from "./csv_query.ts";
import { gsPath, gsText, isGsPath } from "../gcs/gs_path.ts";
import { refuseTypes } from "./format_types.ts";
import { writablePath } from "./locate.ts";
import { checkAppendable } from "./parquet_columns.ts";
import { quotedText } from "./sql_text.ts";
import { recoverDataset, settleLeftovers, Stage } from "./stage.ts";
import { explained } from "./system_error.ts";
import type { FileWriteOptions } from "./write_file.ts";

export interface PartitionOptions extends FileWriteOptions {
  /** The columns whose values name the folders, outermost first. They are left out of the files. */
  readonly by: string | readonly string[];
  /** `parquet` by default. */
  readonly format?: "parquet" | "csv";
  /** Of Parquet files; `zstd` by default. */
  readonly compression?: "zstd" | "snappy" | "none";
}

/** What was written as a dataset. */
export interface PartitionsWritten {
  /** Rows that this call wrote, or had written when an earlier attempt made the same append. */
  readonly rows: number;
  /** Size of this call's files. */
  readonly bytes: number;
  /** The dataset's folder, absolute, or as `gs://bucket/name`. */
  readonly path: string;
  /** This call's files, absolute, or as `gs://bucket/name`. */
  readonly paths: readonly string[];
}

/** `writePartitioned` itself; writers.ts tells what it does. */
export async function writePartitioned(
  table: Rows,
  folder: string | URL,
  options: PartitionOptions,
): Promise<PartitionsWritten> {
  const { ifExists = "fail" } = options;
  const name = String(folder);
  checkWrite(table, name, ifExists);
  refuseTypes(table, options.format ?? "parquet", name);
  if (isGsPath(folder)) return await writtenToBucket(table, folder, options);
  const path = writablePath(folder).replace(/(?<=.)\/+$/, "");
  const key = ifExists === "append" ? await fileAppendKey(path) : undefined;
  const by = typeof options.by === "string" ? [options.by] : options.by;
  checkPartitionColumns(table, name, by);
  try {
    await recoverDataset(path);
    const isThere = await standing(path, name, ifExists);
    if (ifExists !== "append") {
      if (isThere) await checkReplaceable(path, name);
      return await written(table, path, by, options, { id: newId(), isThere: false });
    }
    using ledger = await AppendLedger.open(path);
    const made = ledger.find(key);
    const id = key ?? newId();
    if (made) {
      await settleLeftovers(path);
      return await appended(path, id, made.rows);
    }
    const context = { id, isThere: await standing(path, name, ifExists), ledger, key };
    return await written(table, path, by, options, context);
  } catch (failure) {
    throw explained(failure, `Cannot write ${name}`);
  }
}

async function writtenToBucket(
  table: Rows,
  folder: string | URL,
  options: PartitionOptions,
): Promise<PartitionsWritten> {
  const given = gsPath(folder);
  const path = { ...given, name: given.name.replace(/\/+$/, "") };
  const call = await fileAppendKey(gsText(path));
  const by = typeof options.by === "string" ? [options.by] : options.by;
  checkPartitionColumns(table, gsText(path), by);
  const { writeDataset } = await import("../gcs/write_dataset.ts");
  return await writeDataset(table, path, { ...options, by }, call);
}

async function written(
  table: Rows,
  path: string,
  by: readonly string[],
  options: PartitionOptions,
  { id, isThere, ledger, key }: {
    readonly id: string;
    readonly isThere: boolean;
    readonly ledger?: AppendLedger;
    readonly key?: string | undefined;
  },
): Promise<PartitionsWritten> {
  if (isThere && (options.format ?? "parquet") === "parquet") {
    const files = await datasetFiles(path);
    if (files.length > 0) await checkAppendable(hiveScan(path, files), table, path, by);
  }
  await using stage = await Stage.open(path);
  await Deno.mkdir(stage.data);
  const { copyPartitions } = await import("./copy_partitions.ts");
  const { rows, files } = await copyPartitions(table, stage.data, { ...options, by, id });
  if (isThere) await linkInto(path, stage.data, `part-${id}-`);
  await ledger?.intend(key, rows, stage.data);
  await stage.commit();
  return { rows, ...await sizesOf(path, files) };
}

async function appended(path: string, id: string, rows: number): Promise<PartitionsWritten> {
  const mine = (await datasetFiles(path)).filter((file) => file.includes(`/part-${id}-`));
  return { rows, ...await sizesOf(path, mine) };
}

async function sizesOf(path: string, files: readonly string[]) {
  const paths = files.map((file) => `${path}/${file}`);
  const sizes = await Promise.all(paths.map(async (file) => (await Deno.stat(file)).size));
  return { bytes: sizes.reduce((sum, size) => sum + size, 0), path, paths };
}

function checkPartitionColumns(table: Rows, name: string, by: readonly string[]): void {
  if (!Array.isArray(by)) throw new TypeError(`Cannot write ${name}: give the columns as \`by\``);
  const names = table.schema.fields.map((field) => String(field.name));
  const missing = by.find((column) => !names.includes(column));
  if (missing !== undefined) {
    throw new Error(
      `Cannot write ${name}: the table has no column \`${missing}\` to partition by${
        suggestion(missing, names)
      }`,
    );
  }
  if (by.length === 0) throw new Error(`Cannot write ${name}: by names no column`);
  if (by.length >= names.length) {
    throw new Error(
      `Cannot write ${name}: every column would stand in folder names and none in the files`,
    );
  }
}

async function standing(path: string, name: string, ifExists: string): Promise<boolean> {
  const info = await Deno.stat(path).catch((failure) => {
    if (!(failure instanceof Deno.errors.NotFound)) throw failure;
  });
  if (info && !info.isDirectory) {
    throw new Error(`Cannot write ${name}: it is a file; a dataset is a folder`);
  }
  if (info && ifExists === "fail") throw alreadyThere(name);
  return info !== undefined;
}

function hiveScan(path: string, files: readonly string[]): string {
  const all = files.map((file) => quotedText(literalPath(`${path}/${file}`))).join(", ");
  return `read_parquet([${all}], hive_partitioning=false, union_by_name=false)`;
}

/** A name for the files of one write. */
export function newId(): string {
  return crypto.randomUUID().replaceAll("-", "").slice(0, 16);
}
