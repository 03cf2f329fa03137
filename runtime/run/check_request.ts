/** Refuses a request whose names the pipeline does not have, with the nearest it has, and values that no
 *  parameter of theirs can take. @module */
import { dirname } from "../context/paths.ts";
import type { Pipeline } from "../compile/pipeline.ts";
import { convertOverride } from "./convert.ts";
import { RequestError } from "./request_error.ts";

/** Resolves when every variable is a parameter of the pipeline and `block` one of its blocks.
 *
 * @throws {RequestError} naming what is unknown, or the value that does not convert. */
export async function checkRequest(
  pipeline: Pipeline,
  { variables = {}, block, profile, projectFolder }: {
    readonly variables?: Readonly<Record<string, string>>;
    readonly block?: string | undefined;
    readonly profile?: string | undefined;
    readonly projectFolder: string;
  },
): Promise<void> {
  const parameters = pipeline.parameters.map(({ name }) => name);
  for (const [name, text] of Object.entries(variables)) {
    const parameter = pipeline.parameters.find((known) => known.name === name);
    if (parameter) {
      checkValue(name, text, parameter.source);
      continue;
    }
    throw new RequestError(
      `Cannot set ${name}: ${pipeline.name} has no such parameter${await nearest(
        name,
        parameters,
      )}`,
    );
  }
  const blocks = pipeline.blocks.map(({ name }) => name);
  if (blocks.length === 0) {
    throw new RequestError(
      `Cannot run ${pipeline.name}: its notebook has no blocks; begin a cell with \`//| loader: name\``,
    );
  }
  if (block !== undefined && !blocks.includes(block)) {
    throw new RequestError(
      `Cannot run block ${block}: ${pipeline.name} has no such block${await nearest(
        block,
        blocks,
      )}`,
    );
  }
  if (profile !== undefined) await checkProfile(profile, pipeline.notebook, projectFolder);
}

/** A profile that nobody asks for would be mistyped in silence. */
async function checkProfile(profile: string, notebook: string, project: string): Promise<void> {
  const { loadProfiles } = await import("../io/profiles/profiles.ts");
  const { names } = await loadProfiles(dirname(notebook), project);
  if (names.includes(profile)) return;
  throw new RequestError(
    `Cannot use profile ${profile}: io_config.yaml has no such profile${await nearest(
      profile,
      names,
    )}`,
  );
}

/** Only a default that is a literal tells its type before the run; the others are judged by the run. */
function checkValue(name: string, text: string, source: string): void {
  const fallback = literalOf(source);
  if (fallback === undefined) return;
  try {
    convertOverride(name, text, fallback);
  } catch (cause) {
    throw new RequestError((cause as Error).message, { cause });
  }
}

/** The value of JSON, or of a number as TypeScript writes it; undefined for all other code. */
function literalOf(source: string): unknown {
  if (/^-?\d+n$/.test(source)) return BigInt(source.slice(0, -1));
  if (/^-?\d[\d_]*(\.\d+)?(e[+-]?\d+)?$/i.test(source)) return Number(source.replaceAll("_", ""));
  try {
    return JSON.parse(source) ?? undefined;
  } catch {
    return undefined;
  }
}

/** The distance is loaded only once something is mistyped. */
async function nearest(wrong: string, known: readonly string[]): Promise<string> {
  if (known.length === 0) return "; it has none";
  const { suggestion } = await import("../table/nearest.ts");
  return suggestion(wrong, known) || `; it has ${known.join(", ")}`;
}
