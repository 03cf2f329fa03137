/** Installs what Sluice is measured against: pandas, polars and duckdb in a virtual environment. @module */
import { existsSync } from "node:fs";
import { join } from "node:path";

const PACKAGES = [
  "pandas==3.1.1",
  "polars==2.1.0",
  "pyarrow==26.0.1",
  "duckdb==2.0.0",
  "psycopg[binary]==3.3.9",
];

/** The Python that has the rivals; installs them under `folder` at the first call. */
export async function rivalPython(folder: string): Promise<string> {
  const python = join(folder, "venv", "bin", "python");
  const stamp = join(folder, "venv", `${PACKAGES.join(" ").replaceAll("/", "_")}.stamp`);
  if (existsSync(stamp)) return python;
  console.error("installing the rivals (pandas, polars, duckdb) …");
  await run("python3", ["-m", "venv", join(folder, "venv")]);
  await run(python, ["-m", "pip", "install", "--quiet", ...PACKAGES]);
  await Deno.writeTextFile(stamp, "");
  return python;
}

/** Whether `psql` is on PATH; where it is not, says which package has it. */
export async function hasPsql(): Promise<boolean> {
  try {
    await new Deno.Command("psql", { args: ["--version"], stdout: "null" }).output();
    return true;
  } catch {
    console.error("psql is missing (Debian: postgresql-client); its rows are left out");
    return false;
  }
}

async function run(program: string, args: readonly string[]): Promise<void> {
  const { code, stderr } = await new Deno.Command(program, { args: [...args], stdout: "null" })
    .output();
  if (code === 0) return;
  throw new Error(
    `Cannot install the rivals: \`${program} ${args.join(" ")}\` exited with ${code}: ` +
      new TextDecoder().decode(stderr).trim(),
  );
}
