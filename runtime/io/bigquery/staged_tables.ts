/** Tables that stand in a query: loaded into tables that are there for the time of the query. @module */
import type { Table, TableStream } from "../../table/table.ts";
import { ensureDataset } from "./dataset.ts";
import { writtenColumns } from "./column.ts";
import { newJobName, type TableReference } from "./job.ts";
import { loadFile, requireBucketNear } from "./load.ts";
import { parquetOf } from "./parquet.ts";
import type { Service } from "./service.ts";
import { quoteName } from "./sql_text.ts";

const TARGET = "a staged table";
/** What a killed process leaves goes in a day. */
const EXPIRATION_MS = 86_400_000;

/** Calls `work` while the tables are there, with their names in SQL. */
export async function withStagedTables<Result>(
  service: Service,
  tables: readonly (Table<unknown> | TableStream<unknown>)[],
  signal: AbortSignal | undefined,
  work: (names: ReadonlyMap<object, string>) => Promise<Result>,
): Promise<Result> {
  const names = new Map<object, string>();
  const staged: string[] = [];
  const { project: projectId, location } = service.profile;
  const datasetId = stagingDataset(location);
  try {
    for (const data of tables) {
      const tableId = `table_${crypto.randomUUID().replaceAll("-", "_")}`;
      staged.push(tableId);
      await stage(service, data, { projectId, datasetId, tableId }, signal);
      names.set(data, quoteName([projectId, datasetId, tableId]));
    }
    return await work(names);
  } finally {
    await Promise.all(staged.map((tableId) => drop(service, `${datasetId}/tables/${tableId}`)));
  }
}

/** One in each location, for a query reads from one alone; hidden in BigQuery's own pages, as names that
 *  begin so are. */
function stagingDataset(location: string): string {
  return `_sluice_staging_${location.toLowerCase().replaceAll("-", "_")}`;
}

async function stage(
  service: Service,
  data: Table<unknown> | TableStream<unknown>,
  destination: TableReference,
  signal: AbortSignal | undefined,
): Promise<void> {
  const columns = writtenColumns(data, TARGET);
  const location = await ensureDataset(service, destination.datasetId, signal, {
    project: destination.projectId,
    defaultTableExpirationMs: EXPIRATION_MS,
  });
  await requireBucketNear(service, TARGET, location);
  await using file = await parquetOf(data, columns);
  await loadFile(service, {
    name: () => newJobName(service),
    file: file.path,
    target: TARGET,
    destination,
    signal,
    options: {
      writeDisposition: "WRITE_EMPTY",
      schema: { fields: columns.map(({ schema }) => schema) },
    },
  });
}

/** Where the staging failed there may be none; what cannot be dropped expires. */
async function drop(service: Service, path: string): Promise<void> {
  await service.request(`datasets/${path}`, { method: "DELETE" }).catch(() => {});
}
