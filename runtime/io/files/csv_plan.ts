/** Decides how a source's CSV files are read: their columns, in order, each with its type. @module */
import type { Engine } from "../../table/engine.ts";
import { checkColumns, type Column, type Declaration, declaredColumns } from "./declared.ts";
import { csvDialect, type CsvFormat } from "./csv_dialect.ts";
import { csvRefusal } from "./csv_load.ts";
import { type CsvFile, type CsvPlan, csvTextQuery } from "./csv_query.ts";
import { inferTypes, partitionType } from "./inference.ts";
import type { Source } from "./locate.ts";

/** Rows of the first file that undeclared columns are first judged by; the load proves it. */
export const SAMPLE_ROWS = 20_000;

/** How to read the source. Types of undeclared columns are those of `sampleRows`, or of every row; the
 *  engine is opened for them alone.
 *
 * @throws {Error} where files differ in their columns or lack a declared one. */
export async function planCsv(
  openEngine: () => Promise<Engine>,
  source: Source,
  options: CsvFormat & Declaration & { readonly nullValues?: readonly string[] },
  sampleRows: number | undefined,
): Promise<CsvPlan> {
  const declared = declaredColumns(options);
  const files = await Promise.all(
    source.files.map(async (file) => ({ file, dialect: await csvDialect(file, options) })),
  ) as [CsvFile, ...CsvFile[]];
  const [{ dialect, file }] = files;
  const partitions = file.partitions.map((each) => each.column);
  const names = [...dialect.names, ...partitions.filter((name) => !dialect.names.includes(name))];
  checkColumns(source.name, names, declared, options.exact ?? false);
  files.slice(1).forEach((each) => checkAlike(each, files[0], options.header === undefined));
  const columns = names.map((name): Column => {
    const inferred = { name, type: "VARCHAR", declared: undefined, isNotNull: false };
    if (declared.has(name) || !partitions.includes(name)) return declared.get(name) ?? inferred;
    return { ...inferred, type: partitionType(source.files.map((each) => valueOf(each, name))) };
  });
  const plan = { files, columns, nullValues: options.nullValues ?? [""] };
  if (undeclared(plan).length === 0) return plan;
  return await inferred(await openEngine(), source, plan, partitions, sampleRows);
}

/** The columns whose types the values decide. */
export function undeclared({ columns, files }: CsvPlan): Column[] {
  const { names } = files[0].dialect;
  return columns.filter((column) => column.declared === undefined && names.includes(column.name));
}

async function inferred(
  engine: Engine,
  source: Source,
  plan: CsvPlan,
  partitions: readonly string[],
  sampleRows: number | undefined,
): Promise<CsvPlan> {
  const open = undeclared(plan);
  const texts = { ...plan, columns: open };
  const files = sampleRows === undefined ? plan.files : [plan.files[0]];
  const from = files.map((file) => `(${csvTextQuery(file, texts)})`).join(" union all ");
  const limit = sampleRows === undefined ? "" : ` limit ${sampleRows}`;
  const types = await inferTypes(engine, open.map((_, index) => `t${index}`), `(${from}${limit})`)
    .catch((failure) => csvRefusal(engine, source.name, plan, failure));
  const columns = plan.columns.map((column) => {
    const index = open.indexOf(column);
    return index < 0 || partitions.includes(column.name)
      ? column
      : { ...column, type: types[index]! };
  });
  return { ...plan, columns };
}

function valueOf(file: Source["files"][0], column: string): string | null {
  return file.partitions.find((each) => each.column === column)?.value ?? null;
}

/** Checks that a file has the columns of the first. */
export function checkAlike(one: CsvFile, first: CsvFile, hasHeader: boolean): void {
  const mine = [...one.dialect.names, ...one.file.partitions.map((each) => each.column)];
  const theirs = [...first.dialect.names, ...first.file.partitions.map((each) => each.column)];
  const lacking = theirs.find((name) => !mine.includes(name));
  const extra = mine.find((name) => !theirs.includes(name));
  if (lacking === undefined && extra === undefined) return;
  const what = !hasHeader
    ? `it has ${mine.length} columns, not ${theirs.length}`
    : lacking !== undefined
    ? `it has no column \`${lacking}\``
    : `it has a column \`${extra}\``;
  throw new Error(
    `Cannot read ${one.file.name} together with ${first.file.name}: ${what}; read them apart, or give them the same columns`,
  );
}
