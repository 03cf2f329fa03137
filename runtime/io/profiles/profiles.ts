/** io_config.yaml: connections by profile, in Mage's shape. @module */
import type { Document, YAMLMap } from "yaml";
import { dirname, relative } from "../../context/paths.ts";
import { expand, type Expression, putAside } from "./expressions.ts";
import { findUpward } from "./find_upward.ts";
import { suggestion } from "../../table/nearest.ts";
import { isSecretKey, registerSecret } from "./redact.ts";
import { loadVariables, type Variables } from "./variables.ts";

const FILE = "io_config.yaml";

/** One profile, its `{{ … }}` expanded. */
export interface Profile {
  readonly name: string;
  readonly values: Readonly<Record<string, unknown>>;
  /** The folder of the io_config.yaml. */
  readonly folder: string;
  /** Where a key stands, for messages: `io_config.yaml, line 7:3`. */
  at(key: string): string;
}

/** The profiles of one io_config.yaml. */
export interface Profiles {
  readonly names: readonly string[];
  /** @throws {Error} when there is no such profile, or one of its expressions cannot be expanded. */
  expand(name: string): Promise<Profile>;
}

/** Finds and reads the io_config.yaml for notebooks of `folder`; expands nothing yet.
 *
 * @throws {Error} when there is none, or it is not YAML.
 * @example
 * ```ts
 * const folder = await Deno.makeTempDir();
 * await Deno.writeTextFile(`${folder}/io_config.yaml`, "dev:\n  POSTGRES_HOST: embedded\n");
 * const dev = await (await loadProfiles(folder, folder)).expand("dev");
 * console.log(dev.values.POSTGRES_HOST); // embedded
 * await Deno.remove(folder, { recursive: true });
 * ``` */
export async function loadProfiles(folder: string, project: string): Promise<Profiles> {
  const path = await findUpward(FILE, folder, project);
  if (path === undefined) {
    throw new Error(
      `Cannot find ${FILE} in ${folder}, in a folder above it or in ${project}; add one`,
    );
  }
  const file = shortPath(path, project);
  const { source, expressions } = putAside(await Deno.readTextFile(path));
  const { isMap, isScalar, LineCounter, parseDocument } = await import("yaml");
  const lineCounter = new LineCounter();
  const document = parseDocument(source, { lineCounter });
  const [broken] = document.errors;
  if (broken) {
    const { line, col } = lineCounter.linePos(broken.pos[0]);
    const said = broken.message.split("\n")[0]!.replace(/ at line \d+, column \d+:$/, "");
    throw new Error(`${file}, line ${line}:${col}: ${said}`, { cause: broken });
  }
  const entries = isMap(document.contents) ? document.contents.items : [];
  const maps = new Map(
    entries.flatMap(({ key, value }) =>
      isScalar(key) && isMap(value) ? [[String(key.value), value] as const] : []
    ),
  );
  const names = [...maps.keys()];
  if (entries.length === 0) {
    throw new Error(`${file} has no profiles; write \`default:\`, and its keys below it, indented`);
  }
  const variables = await loadVariables(folder, project);
  return {
    names,
    async expand(name) {
      const map = maps.get(name);
      if (map === undefined && entries.some(({ key }) => isScalar(key) && key.value === name)) {
        throw new Error(`${file}: profile ${name} is empty; write its keys below it, indented`);
      }
      if (map === undefined) {
        throw new Error(
          `${file} has no profile \`${name}\`${
            suggestion(name, names) || `; it has ${names.join(", ")}`
          }`,
        );
      }
      const positions = new Map(map.items.flatMap(({ key }) => {
        if (!isScalar(key) || !key.range) return [];
        const { line, col } = lineCounter.linePos(key.range[0]);
        return [[String(key.value), `${file}, line ${line}:${col}`] as const];
      }));
      const plain = plainOf(map, document, `${file}: profile ${name}`);
      const values = await expandValue(plain, expressions, variables, file) as Profile["values"];
      registerSecrets(values);
      return { name, values, folder: dirname(path), at: (key) => positions.get(key) ?? file };
    },
  };
}

/** @throws {Error} at an alias of what there is not. */
function plainOf(map: YAMLMap, document: Document, where: string): unknown {
  try {
    return map.toJS(document);
  } catch (cause) {
    throw new Error(`${where}: ${(cause as Error).message}`, { cause });
  }
}

function shortPath(path: string, project: string): string {
  const short = relative(project, path);
  return short.startsWith("..") ? path : short;
}

async function expandValue(
  value: unknown,
  expressions: readonly Expression[],
  variables: Variables,
  file: string,
): Promise<unknown> {
  if (typeof value === "string") return await expand(value, expressions, variables, file);
  if (Array.isArray(value)) {
    return await Promise.all(value.map((item) => expandValue(item, expressions, variables, file)));
  }
  if (value === null || typeof value !== "object") return value;
  const expanded: Record<string, unknown> = {};
  for (const [key, inner] of Object.entries(value)) {
    expanded[key] = await expandValue(inner, expressions, variables, file);
  }
  return expanded;
}

/** A password that is also the user's or the database's name hides nothing and would blot out both. */
function registerSecrets(values: Readonly<Record<string, unknown>>): void {
  const open = new Set(
    Object.entries(values).flatMap(([key, value]) => isSecretKey(key) ? [] : [String(value)]),
  );
  for (const [key, value] of Object.entries(values)) {
    if (value !== null && typeof value === "object") {
      registerSecrets(value as Record<string, unknown>);
    } else if (isSecretKey(key) && value !== null && !open.has(String(value))) {
      registerSecret(String(value));
    }
  }
}
