/** Says why rows do not fit the table that is there. @module */
import { isDeepStrictEqual } from "node:util";
import type { Client } from "pg";
import { suggestion } from "../../table/nearest.ts";
import { fitsInto } from "./column_type.ts";
import { findTarget, type Target, type TargetName } from "./target.ts";
import type { WrittenColumn } from "./written_column.ts";

/** @throws {Error} naming every column that the table lacks, cannot do without or has in another type. */
export function refuseMisfit(
  name: TargetName,
  target: Target,
  columns: readonly WrittenColumn[],
): void {
  const names = target.columns.map((column) => column.name);
  const reasons = columns.flatMap((column) => {
    const known = target.columns.find((candidate) => candidate.name === column.name);
    if (!known) return [`it has no column \`${column.name}\`${suggestion(column.name, names)}`];
    if (known.isGenerated) return [`column \`${column.name}\` is generated and cannot be written`];
    if (fitsInto(column.field, known.type)) return [];
    return [`column \`${column.name}\` is ${known.type.sql} there and ${column.field.type} here`];
  });
  for (const column of target.columns) {
    if (column.isOptional || column.isGenerated) continue;
    if (columns.some(({ name }) => name === column.name)) continue;
    reasons.push(`column \`${column.name}\` must not be null there and is missing here`);
  }
  if (reasons.length > 0) throw new Error(`Cannot append to ${name.text}: ${reasons.join("; ")}`);
}

/** Looks again at a table that nobody else can change any more: rows are sent as its first look told, and bits of
 *  one type would be taken for another's.
 *
 * @throws {Error} where its columns have changed since. */
export async function refuseChanged(
  client: Client,
  name: TargetName,
  { columns }: Target,
): Promise<void> {
  const now = await findTarget(client, name);
  if (isDeepStrictEqual(now?.columns, columns)) return;
  throw new Error(
    `Cannot write to ${name.text}: its columns were changed while the write began; write again`,
  );
}
