/** The table that a write goes into: its name, whether it is there, its columns. @module */
import { ident } from "../postgres/sql_text.ts";
import { ApiError } from "./api_error.ts";
import type { TableReference } from "./job.ts";
import { quoteName } from "./sql_text.ts";
import type { ResultField } from "./result_field.ts";
import type { Service } from "./service.ts";

/** Where a write goes. */
export interface TargetName extends TableReference {
  /** As messages have it. */
  readonly text: string;
  /** As SQL has it. */
  readonly sql: string;
}

/** A table that exists. */
export interface Target {
  readonly columns: readonly ResultField[];
}

interface TableResource {
  readonly type?: string;
  readonly schema?: { readonly fields?: readonly ResultField[] };
}

const KINDS: Readonly<Record<string, string>> = {
  VIEW: "a view",
  MATERIALIZED_VIEW: "a materialized view",
  EXTERNAL: "an external table",
  SNAPSHOT: "a snapshot",
};

/** Splits `dataset.table`; a project may stand before it.
 *
 * @throws {Error} at a name that BigQuery cannot have. */
export function targetName(name: string, project: string): TargetName {
  const { parts } = ident(name);
  const [tableId, datasetId, projectId = project] = [...parts].reverse();
  if (parts.length > 3 || datasetId === undefined || tableId === undefined) {
    throw new Error(`Cannot write to \`${name}\`: write \`dataset.table\``);
  }
  if (!/^\w{1,1024}$/.test(datasetId)) {
    throw new Error(
      `Cannot write to \`${name}\`: BigQuery's datasets have letters, digits and _ in their names, \`${datasetId}\` has others`,
    );
  }
  if (!/^[\p{L}\p{M}\p{N}\p{Pc}\p{Pd}\p{Zs}]{1,1024}$/u.test(tableId)) {
    throw new Error(
      `Cannot write to \`${name}\`: BigQuery's tables have letters, digits, _ and - in their names, \`${tableId}\` has others`,
    );
  }
  return {
    projectId,
    datasetId,
    tableId,
    text: `${datasetId}.${tableId}`,
    sql: quoteName([projectId, datasetId, tableId]),
  };
}

/** The table as it stands, or undefined.
 *
 * @throws {Error} when the name belongs to something that no load job can write. */
export async function findTarget(
  service: Service,
  name: TargetName,
  signal: AbortSignal | undefined,
): Promise<Target | undefined> {
  const { datasetId, tableId, projectId } = name;
  try {
    const found = await service.request<TableResource>(
      `datasets/${datasetId}/tables/${encodeURIComponent(tableId)}`,
      { signal, project: projectId },
    );
    const kind = KINDS[found.type ?? "TABLE"];
    if (kind) throw new Error(`Cannot write to ${name.text}: it is ${kind}, not a table`);
    return { columns: found.schema?.fields ?? [] };
  } catch (failure) {
    if (failure instanceof ApiError && failure.status === 404) return undefined;
    throw failure;
  }
}
