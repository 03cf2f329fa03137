/** `deno task lab`: opens JupyterLab on the notebooks, with the kernel chosen. @module */
import { dirname, join, resolve } from "node:path";
import { type Jupyter, jupyterIn, succeeds, venvPython } from "./jupyter.ts";
import { installKernel, kernelspecFolder } from "./kernelspec.ts";

const HELP = `Opens JupyterLab on notebooks/ with the kernel "Deno (Sluice)".

Usage: deno task lab [JupyterLab's options…]

The machine's own JupyterLab is used where there is one; else it is installed, once, into .sluice/
by python3, with jupytext for pairing notebooks with text files.`;

/** Exact versions, as they were tried with the kernel. Later ones of jsonschema bring rfc3987-syntax, which
 *  builds a parser of addresses at each start, whether any is looked at or not: 2 s of JupyterLab's 4. */
const PACKAGES = ["jupyterlab==4.6.6", "jupytext==1.19.6", "jsonschema==4.24.0"];

const project = Deno.cwd();

Deno.exitCode = await main(Deno.args);

async function main(args: readonly string[]): Promise<number> {
  if (args.includes("--help") || args.includes("-h")) {
    console.log(HELP);
    return 0;
  }
  const lab = await findLab();
  if (lab === undefined) {
    console.error(
      "Cannot install JupyterLab: there is no python3 (3.10 or newer) with venv; install it (Debian: python3-venv)",
    );
    return 1;
  }
  const folder = resolve(project, ".sluice", "jupyter-kernels");
  await installKernel(kernelspecFolder(folder));
  await answerFor("deno", kernelspecFolder(folder));
  const notebooks = join(project, "notebooks");
  const root = await Deno.stat(notebooks).then(() => notebooks, () => project);
  const child = new Deno.Command(lab.program, {
    args: [
      ...lab.args,
      // The root is the project, so that blocks/ can be edited there too.
      `--ServerApp.root_dir=${project}`,
      `--LabApp.default_url=/lab/tree/${root === project ? "" : "notebooks"}`,
      "--MultiKernelManager.default_kernel_name=sluice",
      ...args,
    ],
    env: { JUPYTER_PATH: paths(join(folder, "share", "jupyter")) },
  }).spawn();
  // Ctrl-C reaches JupyterLab by itself, which then asks; the end comes when it has ended.
  Deno.addSignalListener("SIGINT", () => {});
  Deno.addSignalListener("SIGTERM", () => child.kill("SIGTERM"));
  return (await child.status).code;
}

/** Notebooks that name the stock kernel open with ours here, without being asked. */
async function answerFor(name: string, spec: string): Promise<void> {
  const other = join(dirname(spec), name);
  await Deno.mkdir(other, { recursive: true });
  for (const file of ["kernel.json", "logo-svg.svg"]) {
    await Deno.copyFile(join(spec, file), join(other, file));
  }
}

async function findLab(): Promise<{ program: string; args: readonly string[] } | undefined> {
  if (await succeeds("jupyter-lab", ["--version"])) return { program: "jupyter-lab", args: [] };
  const python = await venvPython();
  if (python === undefined) return undefined;
  const jupyter: Jupyter = await jupyterIn(join(project, ".sluice", "jupyter"), {
    python,
    packages: PACKAGES,
    onInstall: () =>
      console.log("Installing JupyterLab into .sluice/jupyter, once; this takes a minute"),
  });
  return { program: jupyter.python, args: ["-m", "jupyterlab"] };
}

function paths(first: string): string {
  const others = Deno.env.get("JUPYTER_PATH");
  return others ? `${first}${Deno.build.os === "windows" ? ";" : ":"}${others}` : first;
}
