/** Refuses a request whose names the pipeline does not have, with the nearest it has. @module */
import type { Pipeline } from "../compile/pipeline.ts";
import { RequestError } from "./request_error.ts";

/** Resolves when every variable is a parameter of the pipeline and `block` one of its blocks.
 *
 * @throws {RequestError} naming what is unknown. */
export async function checkRequest(
  pipeline: Pipeline,
  { variables = {}, block }: {
    readonly variables?: Readonly<Record<string, string>>;
    readonly block?: string | undefined;
  },
): Promise<void> {
  const parameters = pipeline.parameters.map(({ name }) => name);
  for (const name of Object.keys(variables)) {
    if (parameters.includes(name)) continue;
    throw new RequestError(
      `Cannot set ${name}: ${pipeline.name} has no such parameter${await nearest(
        name,
        parameters,
      )}`,
    );
  }
  const blocks = pipeline.blocks.map(({ name }) => name);
  if (block !== undefined && !blocks.includes(block)) {
    throw new RequestError(
      `Cannot run block ${block}: ${pipeline.name} has no such block${await nearest(
        block,
        blocks,
      )}`,
    );
  }
}

/** The distance is loaded only once something is mistyped. */
async function nearest(wrong: string, known: readonly string[]): Promise<string> {
  if (known.length === 0) return "; it has none";
  const { suggestion } = await import("../table/nearest.ts");
  return suggestion(wrong, known) || `; it has ${known.join(", ")}`;
}
