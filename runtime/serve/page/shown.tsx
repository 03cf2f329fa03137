/** @jsxRuntime automatic */
/** @jsxImportSource hono/jsx */
/** What `show()` displayed: tables, charts, text. @module */
import type { Artifact } from "../../context/scope.ts";
import type { BlockKey } from "../../run/run_store.ts";

/** Everything that a run displayed, in order. */
export function Shown({ artifacts }: { readonly artifacts: readonly (BlockKey & Artifact)[] }) {
  return (
    <section>
      <h2>Shown</h2>
      {artifacts.map(({ block, title, data }, at) => (
        <figure key={at}>
          <figcaption>{block}{title ? ` · ${title}` : ""}</figcaption>
          <Media data={data} />
        </figure>
      ))}
    </section>
  );
}

/** A frame begins with the browser's own type. */
const FRAME_STYLE = "<style>body { font: 13px/1.5 system-ui, sans-serif; margin: 8px }</style>";

/** One value by the best of its media. Vega-Lite is drawn by `client/charts.ts`, HTML in a frame in which no
 *  script runs. */
export function Media({ data }: { readonly data: Artifact["data"] }) {
  const chart = Object.keys(data).find((type) => type.startsWith("application/vnd.vegalite."));
  if (chart !== undefined) {
    return <div class="chart scroll" data-chart={data[chart]}>{data["text/plain"] ?? ""}</div>;
  }
  const html = data["text/html"] ?? data["image/svg+xml"];
  if (html !== undefined) {
    return <iframe sandbox="allow-same-origin" srcdoc={FRAME_STYLE + html}></iframe>;
  }
  const png = data["image/png"];
  if (png !== undefined) return <img src={`data:image/png;base64,${png}`} alt="" />;
  return <pre>{data["text/plain"] ?? Object.values(data)[0] ?? ""}</pre>;
}
