/** A Jupyter of the project's own: a Python virtual environment below `.sluice/`, made once. @module */
import { dirname, join } from "node:path";

const IS_WINDOWS = Deno.build.os === "windows";

/** An installed Jupyter. */
export interface Jupyter {
  /** The virtual environment's folder, where kernelspecs are found too. */
  readonly folder: string;
  readonly python: string;
}

/** A python3 that can make virtual environments; undefined where the machine has none. */
export async function venvPython(): Promise<string | undefined> {
  for (const python of IS_WINDOWS ? ["python", "py"] : ["python3", "python"]) {
    if (
      await succeeds(python, [
        "-c",
        "import sys, venv, ensurepip; assert sys.version_info >= (3, 10)",
      ])
    ) {
      return python;
    }
  }
  return undefined;
}

/** The Jupyter in `folder`, made there with `packages` where it is not yet.
 *
 * @throws {Error} with pip's last words, when a package cannot be installed. */
export async function jupyterIn(
  folder: string,
  { python, packages, onInstall = () => {} }: {
    readonly python: string;
    readonly packages: readonly string[];
    readonly onInstall?: () => void;
  },
): Promise<Jupyter> {
  const own = join(folder, IS_WINDOWS ? "Scripts/python.exe" : "bin/python");
  const mark = join(folder, "installed.txt");
  const wanted = packages.join("\n");
  await Deno.mkdir(dirname(folder), { recursive: true });
  // Whoever comes second, another test or another terminal, waits for the first.
  using lock = await Deno.open(`${folder}.lock`, { write: true, create: true });
  await lock.lock(true);
  const installed = await Deno.readTextFile(mark).catch(() => "");
  if (installed !== wanted) {
    onInstall();
    await run(python, ["-m", "venv", "--clear", folder]);
    await run(own, ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", ...packages]);
    await Deno.writeTextFile(mark, wanted);
  }
  return { folder, python: own };
}

async function run(program: string, args: readonly string[]): Promise<void> {
  const { success, stderr } = await new Deno.Command(program, { args: [...args], stdout: "null" })
    .output();
  if (success) return;
  const words = new TextDecoder().decode(stderr).trim().split("\n").slice(-5).join("\n");
  throw new Error(
    `Cannot install Jupyter: ${program} ${args.slice(0, 3).join(" ")} failed: ${words}`,
  );
}

/** Whether a program is there and ends with 0. */
export async function succeeds(program: string, args: readonly string[]): Promise<boolean> {
  const command = new Deno.Command(program, { args: [...args], stdout: "null", stderr: "null" });
  try {
    return (await command.output()).success;
  } catch {
    return false; // A missing program throws before there is a promise.
  }
}
