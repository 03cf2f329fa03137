/** The BigQuery of tests: PyPI's local-bigquery, installed once into `.sluice/bigquery-tests`. @module */
import { join, resolve } from "node:path";
import type { Tool } from "./tools.ts";

const ROOT = resolve(import.meta.dirname!, "..", "..");
const FOLDER = join(ROOT, ".sluice", "bigquery-tests");
const PYTHON = join(FOLDER, "bin", "python");
/** Marks an installation that came to its end. */
const MARK = join(FOLDER, "installed.txt");

/** Exact versions. The second list replaces the DuckDB that the first brings: its extensions, which
 *  have the same version, come from PyPI and need no download at run time. */
const PACKAGES = [
  ["local-bigquery==0.4.0"],
  [
    "duckdb==1.5.5",
    "duckdb-extensions==1.5.5",
    "duckdb-extension-icu==1.5.5",
    "duckdb-extension-ducklake==1.5.5",
    "duckdb-extension-httpfs==1.5.5",
    "duckdb-extension-spatial==1.5.5",
  ],
];
const IMPORT_EXTENSIONS = `
from duckdb_extensions import import_extension
for name in ("icu", "ducklake", "httpfs", "spatial"):
    import_extension(name)
`;

/** The Python that has local-bigquery; the first call of a machine installs it, which takes a minute. */
export async function bigQueryProgram(): Promise<Tool<string>> {
  const wanted = PACKAGES.flat().join("\n");
  await Deno.mkdir(join(ROOT, ".sluice"), { recursive: true });
  // Test files run side by side: the first installs, the others wait for it.
  using lock = await Deno.open(`${FOLDER}.lock`, { write: true, create: true });
  await lock.lock(true);
  if (await Deno.readTextFile(MARK).catch(() => "") === wanted) return { found: PYTHON };
  const python = await python313();
  if (python === undefined) return { install: "Python 3.13 with its venv module" };
  console.error("installing local-bigquery into .sluice/bigquery-tests, about a minute …");
  try {
    await run(python, ["-m", "venv", "--clear", FOLDER]);
    for (const packages of PACKAGES) {
      await run(PYTHON, ["-m", "pip", "install", "-q", "--disable-pip-version-check", ...packages]);
    }
    await run(PYTHON, ["-c", IMPORT_EXTENSIONS]);
  } catch (error) {
    return {
      install: `local-bigquery from PyPI (${error instanceof Error ? error.message : error})`,
    };
  }
  await Deno.writeTextFile(MARK, wanted);
  return { found: PYTHON };
}

/** The first Python 3.13 of this machine: on PATH, or among those of pyenv. */
async function python313(): Promise<string | undefined> {
  const pyenv = Deno.env.get("PYENV_ROOT") ?? join(Deno.env.get("HOME") ?? "", ".pyenv");
  const versions = join(pyenv, "versions");
  const own = await Array.fromAsync(Deno.readDir(versions), ({ name }) => name).catch(() => []);
  const candidates = [
    "python3.13",
    ...own.filter((name) => name.startsWith("3.13")).sort().map((name) =>
      join(versions, name, "bin", "python3.13")
    ),
    "python3",
  ];
  const test = "import sys, venv, ensurepip; assert sys.version_info[:2] == (3, 13)";
  for (const python of candidates) {
    const ran = await new Deno.Command(python, { args: ["-c", test], stderr: "null" }).output()
      .catch(() => undefined);
    if (ran?.success) return python;
  }
  return undefined;
}

async function run(program: string, args: readonly string[]): Promise<void> {
  const { success, stderr } = await new Deno.Command(program, { args: [...args], stdout: "null" })
    .output();
  if (success) return;
  const words = new TextDecoder().decode(stderr).trim().split("\n").slice(-3).join("; ");
  throw new Error(`${program} ${args.slice(0, 3).join(" ")} failed: ${words}`);
}
