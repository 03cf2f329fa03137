/** Which values Sluice displays itself, whoever made them: tables of any copy of apache-arrow, charts,
 *  elements. @module */
import type { Table } from "../table.ts";

/** The media of `value`; undefined where it is not Sluice's to display. */
export async function displayOf(
  value: unknown,
): Promise<Readonly<Record<string, unknown>> | undefined> {
  if (typeof value !== "object" || value === null) return undefined;
  if (isTable(value)) {
    const [{ tableHtml }, { previewText }] = await Promise.all([
      import("./table_html.ts"),
      import("../preview.ts"),
    ]);
    return { "text/plain": previewText(value), "text/html": tableHtml(value) };
  }
  if (Symbol.for("Jupyter.display") in value) return undefined;
  const { $schema, outerHTML } = value as { $schema?: unknown; outerHTML?: unknown };
  if (!`${$schema}`.includes("vega-lite") && typeof outerHTML !== "string") return undefined;
  const { mediaOf } = await import("../media.ts");
  return Object.fromEntries(
    Object.entries(mediaOf(value)).map(([type, body]) => [
      type,
      type.endsWith("+json") ? JSON.parse(body) : body,
    ]),
  );
}

/** By its shape: another copy's class is another class. */
function isTable(value: object): value is Table {
  const { schema, batches, getChildAt } = value as Readonly<Record<string, unknown>>;
  return typeof schema === "object" && Array.isArray(batches) && typeof getChildAt === "function";
}
