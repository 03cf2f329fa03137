/** Checks notebooks: compiles them, and has Deno check the types of what they compile to,
 *  with every diagnostic told where it stands in the notebook. @module */
import { resolve } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { CompileError, CompileErrors, pathLabel } from "../notebook/compile_error.ts";
import { withCheckEntry } from "./check_entry.ts";
import { compileNotebook, type CompileOptions } from "./compile.ts";
import { type Diagnostic, parseDiagnostics } from "./diagnostics.ts";
import { locatePosition } from "./locate.ts";
import type { CompiledPipeline } from "./pipeline.ts";
import { readProjectConfig, runningConfig, sluiceName } from "./project_config.ts";

/** What came of checking one notebook. */
export interface CheckedNotebook {
  readonly path: string;
  /** Undefined where it does not compile. */
  readonly compiled: CompiledPipeline | undefined;
  /** In the notebook's order; empty where all is well. */
  readonly errors: readonly CompileError[];
}

/** Names that nobody uses are no mistake in a notebook. */
const UNUSED = new Set(["TS6133", "TS6138", "TS6192", "TS6196", "TS6198", "TS6199", "TS6205"]);

/** Compiles the notebook at `path` and checks its types.
 *
 * @throws {Error} when Deno cannot check at all, for example for want of a package. */
export async function checkNotebook(
  path: string,
  options: CompileOptions,
): Promise<CheckedNotebook> {
  const [checked] = await checkNotebooks([path], options);
  return checked as CheckedNotebook;
}

/** Checks several notebooks with one process.
 *
 * @throws {Error} when Deno cannot check at all, for example for want of a package. */
export async function checkNotebooks(
  paths: readonly string[],
  options: CompileOptions,
): Promise<readonly CheckedNotebook[]> {
  const compiled = await Promise.all(paths.map((path) => tryCompile(path, options)));
  const modules = compiled.flatMap((it) => it.compiled ?? []);
  const diagnostics = modules.length === 0 ? [] : await checkTypes(modules, options.projectFolder);
  const first = compiled.find((it) => it.compiled !== undefined);
  const others = first ? errorsElsewhere(first, modules, diagnostics) : [];
  return compiled.map((it) => ({
    ...it,
    errors: [...it.errors, ...errorsOf(it, diagnostics), ...it === first ? others : []],
  }));
}

async function tryCompile(path: string, options: CompileOptions): Promise<CheckedNotebook> {
  try {
    return { path, compiled: await compileNotebook(path, options), errors: [] };
  } catch (error) {
    if (!(error instanceof CompileErrors)) throw error;
    return { path, compiled: undefined, errors: error.errors };
  }
}

async function checkTypes(
  modules: readonly CompiledPipeline[],
  projectFolder: string,
): Promise<readonly Diagnostic[]> {
  const urls = modules.map(({ module }) => JSON.stringify(pathToFileURL(module).href));
  const text = urls.map((url) => `import ${url};\n`).join("");
  const kind = await reachesSluice(modules, projectFolder) ? "sluice" : "plain";
  return await withCheckEntry(text, (entry) => runCheck(entry, projectFolder, modules), kind);
}

/** Whether one of the modules imports Sluice, all of which is looked at then. */
async function reachesSluice(
  modules: readonly CompiledPipeline[],
  projectFolder: string,
): Promise<boolean> {
  const name = JSON.stringify(sluiceName(await readProjectConfig(projectFolder)));
  const texts = await Promise.all(modules.map(({ module }) => Deno.readTextFile(module)));
  return texts.some((text) => text.includes(` from ${name};`));
}

async function runCheck(
  entry: string,
  projectFolder: string,
  modules: readonly CompiledPipeline[],
): Promise<readonly Diagnostic[]> {
  const { success, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["check", "--quiet", "--config", await runningConfig(projectFolder), entry],
    cwd: projectFolder,
    env: { NO_COLOR: "1" },
    stdout: "null",
    stderr: "piped",
  }).output();
  if (success) return [];
  const text = new TextDecoder().decode(stderr);
  const diagnostics = parseDiagnostics(text);
  if (diagnostics.length > 0) return diagnostics;
  const names = modules.map(({ pipeline }) => pathLabel(pipeline.notebook)).join(", ");
  throw new Error(`Cannot check the types of ${names}: ${text.trim()}`);
}

function errorsOf(
  { compiled }: CheckedNotebook,
  diagnostics: readonly Diagnostic[],
): readonly CompileError[] {
  if (compiled === undefined) return [];
  const url = pathToFileURL(compiled.module).href;
  return diagnostics.filter((it) => it.url === url && !UNUSED.has(it.code)).map((it) => {
    const place = locatePosition(compiled, it.line, it.column) ?? {};
    return new CompileError(compiled.pipeline.notebook, place, diagnosticText(it));
  });
}

/** Errors in modules that notebooks import; Deno tells each once, whoever imports it. */
function errorsElsewhere(
  { path }: CheckedNotebook,
  modules: readonly CompiledPipeline[],
  diagnostics: readonly Diagnostic[],
): readonly CompileError[] {
  const emitted = new Set(modules.map(({ module }) => pathToFileURL(module).href));
  return diagnostics.filter(({ url }) => !emitted.has(url)).map((it) => {
    const { url, line, column } = it;
    const file = url.startsWith("file:") ? pathLabel(fileURLToPath(url)) : url;
    return new CompileError(
      resolve(path),
      {},
      `imports ${file}, line ${line}:${column}: ${diagnosticText(it)}`,
    );
  });
}

function diagnosticText({ text, code }: Diagnostic): string {
  const plain = text.replaceAll(/file:\/\/[^\s'"]+/g, (url) => pathLabel(fileURLToPath(url)));
  return `${plain} (${code})`;
}
