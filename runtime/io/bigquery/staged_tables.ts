/** Tables that stand in a query: loaded into tables that are there for the time of the query. @module */
import type { Table, TableStream } from "../../table/table.ts";
import { ensureDataset } from "./dataset.ts";
import { writtenColumns } from "./column.ts";
import { newJobName } from "./job.ts";
import { loadFile, refuseOtherLocation } from "./load.ts";
import { parquetOf } from "./parquet.ts";
import type { Service } from "./service.ts";
import { quoteName } from "./sql_text.ts";

/** Hidden in BigQuery's own pages, as names that begin so are. What a killed process leaves goes in a day. */
const DATASET = "_sluice_staging";
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
  try {
    for (const data of tables) {
      const tableId = `table_${crypto.randomUUID().replaceAll("-", "_")}`;
      staged.push(tableId);
      await stage(service, data, tableId, signal);
      names.set(data, quoteName([service.profile.project, DATASET, tableId]));
    }
    return await work(names);
  } finally {
    await Promise.all(staged.map((tableId) => drop(service, tableId)));
  }
}

async function stage(
  service: Service,
  data: Table<unknown> | TableStream<unknown>,
  tableId: string,
  signal: AbortSignal | undefined,
): Promise<void> {
  const { project } = service.profile;
  const columns = writtenColumns(data, "a staged table");
  const location = await ensureDataset(service, DATASET, signal, {
    project,
    defaultTableExpirationMs: EXPIRATION_MS,
  });
  await refuseOtherLocation(service, "a staged table", location, signal);
  await using file = await parquetOf(data, columns);
  await loadFile(service, {
    name: () => newJobName(service),
    file: file.path,
    destination: { projectId: project, datasetId: DATASET, tableId },
    signal,
    options: {
      writeDisposition: "WRITE_EMPTY",
      schema: { fields: columns.map(({ schema }) => schema) },
    },
  });
}

/** Where the staging failed there may be none; what cannot be dropped expires. */
async function drop(service: Service, tableId: string): Promise<void> {
  await service.request(`datasets/${DATASET}/tables/${tableId}`, { method: "DELETE" }).catch(
    () => {},
  );
}
