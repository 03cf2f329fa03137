/** `deno task kernel`: makes Jupyter know the kernel "Deno (Sluice)", or forget it. @module */
import { resolve } from "node:path";
import { parseArgs } from "node:util";
import { installKernel, kernelspecFolder, removeKernel } from "./kernelspec.ts";

const HELP = `Installs the kernel "Deno (Sluice)" for Jupyter.

Usage: deno task kernel [--prefix DIR] [--remove]

Options:
  --prefix DIR  install into DIR/share/jupyter instead of the user's Jupyter folder
  --remove      take the kernel away
  -h, --help    show this help`;

Deno.exitCode = await main(Deno.args);

async function main(args: readonly string[]): Promise<number> {
  const options = readOptions(args);
  if (typeof options === "string") {
    console.error(`${options}\n\n${HELP}`);
    return 2;
  }
  if (options.help) {
    console.log(HELP);
    return 0;
  }
  const standing = Deno.env.get("INIT_CWD") ?? Deno.cwd();
  const prefix = options.prefix === undefined ? undefined : resolve(standing, options.prefix);
  const folder = kernelspecFolder(prefix);
  if (options.remove) {
    const wasThere = await removeKernel(folder);
    console.log(wasThere ? `Removed the kernel in ${folder}` : `There is no kernel in ${folder}`);
    return 0;
  }
  await installKernel(folder);
  console.log(`Installed the kernel "Deno (Sluice)" in ${folder}`);
  return 0;
}

function readOptions(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      options: {
        prefix: { type: "string" },
        remove: { type: "boolean" },
        help: { type: "boolean", short: "h" },
      },
    }).values;
  } catch (error) {
    return error instanceof Error ? error.message : `${error}`;
  }
}
