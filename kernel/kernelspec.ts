/** Writes and removes the kernelspec by which Jupyter knows this kernel. @module */
import { homedir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { lastingDeno } from "./lasting_deno.ts";

const ROOT = resolve(import.meta.dirname!, "..");

/** The folder of the kernelspec: below `prefix`, else where Jupyter looks for the user's own. */
export function kernelspecFolder(prefix: string | undefined): string {
  const data = prefix === undefined ? userData() : join(prefix, "share", "jupyter");
  return join(data, "kernels", "sluice");
}

/** Installs the kernel "Deno (Sluice)" into `folder`, in place of an older one. */
export async function installKernel(folder: string): Promise<void> {
  await Deno.mkdir(folder, { recursive: true });
  const spec = {
    argv: [
      await lastingDeno(folder),
      "run",
      "--allow-all",
      "--quiet",
      "--config",
      join(ROOT, "deno.json"),
      join(ROOT, "kernel", "main.ts"),
      "{connection_file}",
    ],
    display_name: "Deno (Sluice)",
    language: "typescript",
    // Jupyter's own way, a signal, would end Deno.
    interrupt_mode: "message",
    metadata: { debugger: false },
  };
  await Deno.writeTextFile(join(folder, "kernel.json"), JSON.stringify(spec, null, 2) + "\n");
  await Deno.copyFile(join(ROOT, "kernel", "logo.svg"), join(folder, "logo-svg.svg"));
}

/** Takes the kernel away; tells whether there was one. */
export async function removeKernel(folder: string): Promise<boolean> {
  try {
    await Deno.remove(folder, { recursive: true });
    return true;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
}

/** As Jupyter's own rules have it. */
function userData(): string {
  const told = Deno.env.get("JUPYTER_DATA_DIR");
  if (told) return told;
  if (Deno.build.os === "darwin") return join(homedir(), "Library", "Jupyter");
  if (Deno.build.os === "windows") {
    return join(Deno.env.get("APPDATA") ?? dirname(homedir()), "jupyter");
  }
  return join(Deno.env.get("XDG_DATA_HOME") ?? join(homedir(), ".local", "share"), "jupyter");
}
