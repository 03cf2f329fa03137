/** Shows a value: kept with the run as its artifact, displayed live in Jupyter, printed elsewhere.
 *  @module */
import { currentScope } from "../context/scope.ts";
import { type Media, mediaOf } from "./media.ts";
import { TableStream } from "./table.ts";

export interface ShowOptions {
  /** Stands above what is shown. */
  readonly title?: string;
}

/** Shows a table's preview, a chart (a Vega-Lite specification, or an SVG or HTML element such as
 *  Observable Plot makes) or anything else as text. A table in a specification's `data.values` stands
 *  for its rows.
 *
 * @throws {TypeError} at a stream, which showing would use up
 * @example
 * ```ts
 * import { show, tableFromRows } from "sluice";
 * show(tableFromRows([{ zone: "Newark", trips: 2 }]), { title: "Trips by zone" });
 * ``` */
export function show(value: unknown, { title }: ShowOptions = {}): void {
  if (value instanceof TableStream) {
    throw new TypeError(
      "Cannot show a TableStream, which can be read only once: show `await tableOf(stream)`, or a part of it",
    );
  }
  const scope = currentScope();
  const data = mediaOf(value);
  if (scope && !scope.run.live) scope.report({ type: "artifact", artifact: { title, data } });
  else display(title, data);
}

/** In Jupyter as a display of the cell, elsewhere as text. */
function display(title: string | undefined, data: Media): void {
  const jupyter = liveJupyter();
  if (!jupyter) {
    console.log(title === undefined ? data["text/plain"] : `${title}\n${data["text/plain"]}`);
    return;
  }
  if (title !== undefined) jupyter.display(raw({ "text/plain": title }), { raw: true });
  jupyter.display(raw(data), { raw: true });
}

interface Jupyter {
  display(data: Record<string, unknown>, options: { raw: boolean }): Promise<void>;
}

/** Jupyter wants structured media as objects. */
function raw(data: Media): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(data).map(([type, body]) => [
      type,
      type.endsWith("+json") ? JSON.parse(body) : body,
    ]),
  );
}

/** Reading `Deno.jupyter` throws outside the kernel. */
function liveJupyter(): Jupyter | undefined {
  try {
    return Reflect.get(Deno, "jupyter");
  } catch {
    return undefined;
  }
}
