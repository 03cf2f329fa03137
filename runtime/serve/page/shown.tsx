/** @jsxRuntime automatic */
/** @jsxImportSource hono/jsx */
/** What `show()` displayed: tables, charts, text. @module */
import type { Artifact } from "../../context/scope.ts";
import type { Media } from "../../table/media.ts";
import type { BlockKey } from "../../run/run_store.ts";

/** Everything that a run displayed, in order. */
export function Shown({ artifacts }: { readonly artifacts: readonly (BlockKey & Artifact)[] }) {
  return (
    <section>
      <h2>Shown</h2>
      {artifacts.map(({ block, title, data }, at) => (
        <figure key={at}>
          <figcaption>{block}{title ? ` · ${title}` : ""}</figcaption>
          <Shape media={data} />
        </figure>
      ))}
    </section>
  );
}

/** A frame begins with the browser's own type, light or dark as the page is. */
const FRAME_STYLE = "<style>:root { color-scheme: light dark } " +
  "body { font: 13px/1.5 system-ui, sans-serif; margin: 8px }</style>";

/** One value by the best of its media. Vega-Lite is drawn by `client/charts.ts`, HTML in a frame in which no
 *  script runs. */
export function Shape({ media }: { readonly media: Media }) {
  const chart = Object.keys(media).find((type) => type.startsWith("application/vnd.vegalite."));
  if (chart !== undefined) {
    return <div class="chart scroll" data-chart={media[chart]}>{media["text/plain"] ?? ""}</div>;
  }
  const html = media["text/html"] ?? media["image/svg+xml"];
  if (html !== undefined) {
    return <iframe sandbox="allow-same-origin" srcdoc={FRAME_STYLE + html}></iframe>;
  }
  const png = media["image/png"];
  if (png !== undefined) return <img src={`data:image/png;base64,${png}`} alt="" />;
  return <pre>{media["text/plain"] ?? Object.values(media)[0] ?? ""}</pre>;
}
