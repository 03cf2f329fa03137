/** A real Jupyter for tests: installed once from PyPI into `.sluice/jupyter`, a virtual environment. @module */
import { join, resolve } from "node:path";
import { installKernel, kernelspecFolder } from "../../kernel/kernelspec.ts";
import { type Jupyter, jupyterIn, venvPython } from "../../kernel/jupyter.ts";
import type { Tool } from "./tools.ts";

const ROOT = resolve(import.meta.dirname!, "..", "..");
const FOLDER = join(ROOT, ".sluice", "jupyter-tests");

/** Exact versions: what a test saw yesterday it sees today. As to jsonschema, see kernel/lab.ts. */
const PACKAGES = [
  "jupyterlab==4.6.6",
  "nbclient==0.11.0",
  "nbconvert==7.17.2",
  "jupyter_kernel_test==0.7.0",
  "jupytext==1.19.6",
  "jsonschema==4.24.0",
];

let finding: Promise<Tool<Jupyter>> | undefined;

/** Jupyter with our kernel in it; the first call of a machine installs it, which takes a minute. */
export function testJupyter(): Promise<Tool<Jupyter>> {
  return finding ??= findJupyter();
}

async function findJupyter(): Promise<Tool<Jupyter>> {
  const python = await venvPython();
  if (python === undefined) {
    return { install: "python3 with its venv module (Debian: python3-venv)" };
  }
  let jupyter: Jupyter;
  try {
    jupyter = await jupyterIn(FOLDER, { python, packages: PACKAGES });
  } catch (error) {
    return { install: `Jupyter from PyPI (${error instanceof Error ? error.message : error})` };
  }
  const spec = kernelspecFolder(FOLDER);
  // Test files run side by side: the first installs the kernel, the others wait for it.
  using lock = await Deno.open(`${FOLDER}.kernel.lock`, { write: true, create: true });
  await lock.lock(true);
  if (!await exists(join(spec, "kernel.json"))) await installKernel(spec);
  return { found: jupyter };
}

function exists(path: string): Promise<boolean> {
  return Deno.stat(path).then(() => true, () => false);
}
