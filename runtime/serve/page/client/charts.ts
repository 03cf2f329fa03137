/** Draws Vega-Lite specifications. The libraries come from this server, and only once there is one to draw;
 *  expressions are interpreted, as the page may evaluate no text. @module */

/** The parts of the libraries that are used here. */
interface Vega {
  parse(spec: unknown, config: unknown, options: { ast: boolean }): unknown;
  loader(): { load: (uri: string) => Promise<string> };
  readonly View: new (runtime: unknown, options: Record<string, unknown>) => {
    runAsync(): Promise<unknown>;
  };
}
interface VegaLite {
  compile(spec: unknown, options: { config: unknown }): { readonly spec: unknown };
}
interface Libraries {
  readonly vega: Vega;
  readonly vegaLite: VegaLite;
  readonly expressionInterpreter: unknown;
}

let loading: Promise<Libraries> | undefined;

/** Draws every chart; one that cannot be says why. */
export function drawCharts(within: ParentNode): void {
  for (const place of within.querySelectorAll<HTMLElement>("[data-chart]")) {
    draw(place).catch((error) => {
      place.className = "bad";
      place.textContent = `Cannot draw the chart: ${error.message}`;
    });
  }
}

async function draw(place: HTMLElement): Promise<void> {
  const { vega, vegaLite, expressionInterpreter } = await (loading ??= libraries());
  const config = configFor(place);
  const { spec } = vegaLite.compile(JSON.parse(place.dataset.chart ?? "{}"), { config });
  const runtime = vega.parse(spec, undefined, { ast: true });
  const drawn = document.createElement("div");
  // Data of another host is not a run's.
  const refused: string[] = [];
  const load = (uri: string) => {
    refused.push(uri);
    return Promise.resolve("[]");
  };
  const loader = { ...vega.loader(), load };
  const options = { container: drawn, renderer: "svg", hover: true, logLevel: 0, loader };
  await new vega.View(runtime, { ...options, expr: expressionInterpreter }).runAsync();
  if (refused[0]) {
    throw new Error(`${refused[0]} is not loaded here; put the rows into data.values`);
  }
  place.replaceChildren(drawn);
}

/** The page's own colours, light or dark. */
function configFor(place: HTMLElement): unknown {
  const ink = getComputedStyle(place).color;
  const text = { labelColor: ink, titleColor: ink };
  return {
    background: "transparent",
    axis: { ...text, gridColor: "#8883", domainColor: "#888", tickColor: "#888" },
    legend: text,
    header: text,
    title: { color: ink, subtitleColor: ink },
    view: { stroke: "#8883" },
  };
}

async function libraries(): Promise<Libraries> {
  await script("/assets/vega.js");
  await script("/assets/vega-lite.js");
  const path = "/assets/vega-interpreter.js";
  const { expressionInterpreter } = await import(path);
  const { vega, vegaLite } = globalThis as unknown as Libraries;
  return { vega, vegaLite, expressionInterpreter };
}

function script(src: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const element = document.createElement("script");
    element.src = src;
    element.addEventListener("load", () => resolve());
    element.addEventListener("error", () => reject(new Error(`${src} was not found`)));
    document.head.append(element);
  });
}
