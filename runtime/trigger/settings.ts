/** sluice.yaml: what holds for the whole project. @module */
import { join } from "../context/paths.ts";
import { DEFAULT_KEPT_OUTPUTS, type KeptOutputs } from "../run/kept_outputs.ts";
import { ALERT_KEYS, type Alerts, readAlerts } from "./alert_rules.ts";
import { Fields, parseYamlFile, type Problem } from "./yaml_fields.ts";

export const SETTINGS_FILE = "sluice.yaml";

/** How long and how many of something are kept; what neither limits is kept for ever. */
export interface Kept {
  readonly ageMs: number | undefined;
  /** For each pipeline. */
  readonly count: number | undefined;
}

export interface Settings {
  readonly name: string | undefined;
  /** For every run: below a trigger's variables, above the notebook's defaults, where it has the parameter. */
  readonly variables: Readonly<Record<string, string>>;
  readonly limits: {
    /** Runs at once, of all pipelines together. */
    readonly runs: number;
    readonly runsPerPipeline: number | undefined;
    /** The most memory that a run's JavaScript may take, in megabytes. */
    readonly maxHeapMb: number | undefined;
  };
  readonly retention: { readonly runs: Kept; readonly logs: Kept; readonly outputs: KeptOutputs };
  readonly alerts: Alerts;
  readonly problems: readonly Problem[];
}

const FOREVER: Kept = { ageMs: undefined, count: undefined };
const DEFAULT_RUNS = 8;

/** What holds where nothing is said. */
export const DEFAULT_SETTINGS: Settings = {
  name: undefined,
  variables: {},
  limits: { runs: DEFAULT_RUNS, runsPerPipeline: undefined, maxHeapMb: undefined },
  retention: {
    runs: FOREVER,
    logs: FOREVER,
    outputs: DEFAULT_KEPT_OUTPUTS,
  },
  alerts: { smtp: undefined, rules: [] },
  problems: [],
};

/** Reads the project's sluice.yaml; without one the defaults hold. What has a problem keeps its default.
 *
 * @throws {Error} where the file is there and cannot be read.
 *
 * @example
 * ```ts
 * import { loadSettings } from "./settings.ts";
 * const project = await Deno.makeTempDir();
 * await Deno.writeTextFile(`${project}/sluice.yaml`, "limits: { runs: 2 }\n");
 * console.log((await loadSettings(project)).limits.runs); // 2
 * await Deno.remove(project, { recursive: true });
 * ``` */
export async function loadSettings(projectFolder: string): Promise<Settings> {
  let text: string;
  try {
    text = await Deno.readTextFile(join(projectFolder, SETTINGS_FILE));
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return DEFAULT_SETTINGS;
    const message = (error as Error).message;
    throw new Error(`Cannot read ${SETTINGS_FILE}: ${message}`, { cause: error });
  }
  return await settingsFrom(text);
}

/** The settings that the text of a sluice.yaml says. */
export async function settingsFrom(text: string): Promise<Settings> {
  const file = await parseYamlFile(SETTINGS_FILE, text);
  const { document, problems } = file;
  if (problems.length > 0 || document.contents === null) return { ...DEFAULT_SETTINGS, problems };
  const keys = ["name", "variables", "limits", "retention", "alerts"];
  const root = Fields.of(file, document.contents, { path: "", keys });
  if (!root) return { ...DEFAULT_SETTINGS, problems };
  const limits = root.fields("limits", ["runs", "runs_per_pipeline", "memory"]);
  const retention = root.fields("retention", ["runs", "logs", "outputs"]);
  const defaults = DEFAULT_SETTINGS.retention;
  return {
    name: root.text("name"),
    variables: root.variables("variables"),
    limits: {
      runs: limits?.count("runs") ?? DEFAULT_RUNS,
      runsPerPipeline: limits?.count("runs_per_pipeline"),
      maxHeapMb: limits && readMegabytes(limits, "memory"),
    },
    retention: {
      runs: readKept(retention, "runs") ?? defaults.runs,
      logs: readKept(retention, "logs") ?? defaults.logs,
      outputs: readKeptOutputs(retention, problems),
    },
    alerts: readAlerts(root.fields("alerts", ALERT_KEYS)),
    problems,
  };
}

function readKept(retention: Fields | undefined, key: string): Kept | undefined {
  const fields = retention?.fields(key, ["age", "count"]);
  return fields && { ageMs: fields.durationMs("age"), count: fields.count("count") };
}

/** A mistyped limit must not be none. */
function readKeptOutputs(
  retention: Fields | undefined,
  problems: readonly Problem[],
): KeptOutputs {
  const before = problems.length;
  const fields = retention?.fields("outputs", ["age", "count", "size"]);
  const megabytes = fields && readMegabytes(fields, "size");
  const kept = {
    ageMs: fields?.durationMs("age"),
    count: fields?.count("count"),
    bytes: megabytes === undefined ? undefined : megabytes * 1e6,
  };
  return fields && problems.length === before ? kept : DEFAULT_SETTINGS.retention.outputs;
}

function readMegabytes(fields: Fields, key: string): number | undefined {
  const text = fields.text(key);
  if (text === undefined) return undefined;
  const [, number, unit] = text.match(/^(\d+(?:\.\d+)?)\s*(MB|GB)$/i) ?? [];
  const megabytes = Number(number) * (unit?.toUpperCase() === "GB" ? 1000 : 1);
  if (megabytes >= 16) return Math.round(megabytes);
  fields.report(
    key,
    `\`${fields.name(key)}\` is ${
      JSON.stringify(text)
    }; write at least 16 MB, such as 512MB or 2GB`,
  );
  return undefined;
}
