/** What a value looks like, as a body for each media type. @module */
import { Table as ArrowTable } from "apache-arrow";
import { tableHtml } from "./display/table_html.ts";
import { previewText } from "./preview.ts";
import { rows } from "./rows.ts";

/** Bodies by media type; all but the last choice of a display may be left out. */
export type Media = Readonly<Record<string, string>>;

const VEGA_LITE = "application/vnd.vegalite.v5+json";
const JUPYTER_DISPLAY = Symbol.for("Jupyter.display");

/** The media of any value. Tables are previewed, Vega-Lite specifications, elements and whatever
 *  knows Jupyter's protocol are charts, text is Markdown or SVG, anything else is printed. */
export function mediaOf(value: unknown): Media {
  if (value instanceof ArrowTable) {
    return { "text/plain": previewText(value), "text/html": tableHtml(value) };
  }
  if (typeof value === "string") return textMedia(value);
  return ownMedia(value) ?? chart(value) ?? element(value) ??
    { "text/plain": Deno.inspect(value, { depth: 6 }) };
}

/** An SVG drawing as such, any other text as the Markdown that it may be. */
function textMedia(text: string): Media {
  const type = /^\s*(<\?xml[^>]*>\s*)?<svg[\s>]/.test(text) ? "image/svg+xml" : "text/markdown";
  return { "text/plain": type === "text/markdown" ? text : "SVG", [type]: text };
}

/** What an object says of itself by `Symbol.for("Jupyter.display")`. */
function ownMedia(value: unknown): Media | undefined {
  const describe = (value as Record<symbol, unknown> | null | undefined)?.[JUPYTER_DISPLAY];
  if (typeof describe !== "function") return undefined;
  const said = describe.call(value);
  if (typeof said !== "object" || said === null || said instanceof Promise) return undefined;
  return Object.fromEntries(
    Object.entries(said).map((
      [type, body],
    ) => [type, typeof body === "string" ? body : json(body)]),
  );
}

function chart(value: unknown): Media | undefined {
  const schema = (value as { $schema?: unknown } | null | undefined)?.$schema;
  if (typeof schema !== "string" || !schema.includes("vega-lite")) return undefined;
  const { title, mark } = value as { title?: unknown; mark?: unknown };
  const name = typeof title === "string" ? title : typeof mark === "string" ? mark : "chart";
  return { "text/plain": `Vega-Lite: ${name}`, [VEGA_LITE]: json(value) };
}

/** An SVG or HTML element, such as Observable Plot makes. */
function element(value: unknown): Media | undefined {
  const html = (value as { outerHTML?: unknown } | null | undefined)?.outerHTML;
  if (typeof html !== "string") return undefined;
  if (!html.startsWith("<svg")) return { "text/plain": "HTML", "text/html": html };
  return { "text/plain": "SVG", "image/svg+xml": withNamespace(html) };
}

/** Inside a page an SVG element needs no namespace, and is written without; as a document it does. */
function withNamespace(svg: string): string {
  return /^<svg[^>]*\sxmlns=/.test(svg)
    ? svg
    : svg.replace("<svg", '<svg xmlns="http://www.w3.org/2000/svg"');
}

/** JSON in which tables are their rows. */
function json(value: unknown): string {
  return JSON.stringify(value, (_, inner) => {
    if (inner instanceof ArrowTable) return rows(inner);
    return typeof inner === "bigint" ? Number(inner) : inner;
  });
}
