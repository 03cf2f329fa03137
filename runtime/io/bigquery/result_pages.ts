/** A result by pages: rows as text in JSON, which every account that may run the query may read. @module */
import type { RecordBatch as Batch, Schema } from "apache-arrow";
import { recordBatch } from "../../table/record_batch.ts";
import { columnsOfPage, type PageRow } from "./cells_to_arrow.ts";
import type { JobName } from "./job.ts";
import type { ResultField } from "./result_field.ts";
import type { Service } from "./service.ts";

/** How long one look at a job's end may take. */
const LOOK_MS = 10_000;
/** Rows of one page, at most, and so of a result that is not streamed; BigQuery ends a page at 10 MB by itself. */
const PAGE_ROWS = 10_000;

/** What BigQuery answers about a query: its result's first page, once there is one. */
export interface Page {
  readonly jobComplete: boolean;
  readonly schema?: { readonly fields?: readonly ResultField[] };
  readonly rows?: readonly PageRow[];
  readonly totalRows?: string;
  readonly pageToken?: string;
  readonly numDmlAffectedRows?: string;
}

/** A page of a job's result: the first, or the one that `pageToken` of the page before names. */
export function pageOf(
  service: Service,
  { jobId, location }: JobName,
  pageToken: string | undefined,
  signal: AbortSignal | undefined,
): Promise<Page> {
  return service.request<Page>(`queries/${jobId}`, {
    query: {
      location,
      pageToken,
      maxResults: PAGE_ROWS,
      timeoutMs: LOOK_MS,
      "formatOptions.useInt64Timestamp": "true",
    },
    signal,
  });
}

/** The rows of `first` and of all pages behind it. */
export async function* pageBatches(
  service: Service,
  { name, first, schema, signal }: {
    readonly name: JobName;
    readonly first: Page;
    readonly schema: Schema;
    readonly signal: AbortSignal | undefined;
  },
): AsyncGenerator<Batch> {
  for (let page = first;;) {
    const { rows = [], pageToken } = page;
    if (rows.length > 0) {
      yield recordBatch(schema, columnsOfPage(schema.fields, rows), rows.length);
    }
    if (pageToken === undefined) return;
    page = await pageOf(service, name, pageToken, signal);
  }
}
