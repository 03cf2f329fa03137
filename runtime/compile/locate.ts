/** Speaks of the notebook where Deno speaks of the emitted module: in stacks, messages, diagnostics. @module */
import { fromFileUrl, toFileUrl } from "../context/file_url.ts";
import { isOwnModule } from "../context/own_module.ts";
import { pathLabel, type Place, placeLabel } from "../notebook/compile_error.ts";
import type { CompiledPipeline } from "./pipeline.ts";

/** A stack or message in notebook coordinates, without the frames of Sluice, Deno and packages.
 *
 * @example
 * ```ts
 * import { compileNotebook } from "./compile.ts";
 * import { locateStack } from "./locate.ts";
 * const compiled = await compileNotebook("notebooks/example_pipeline.ipynb", {
 *   projectFolder: Deno.cwd(),
 * });
 * const [block] = compiled.pipeline.blocks;
 * const line = compiled.lines.findIndex((origin) => origin?.cell === block?.cell) + 1;
 * console.log(locateStack(`Error: no\n    at load (file://${compiled.module}:${line}:5)`, compiled));
 * // Error: no
 * //     at load (notebooks/example_pipeline.ipynb, cell 5 (load_titanic), line 2:1)
 * ``` */
export function locateStack(error: Error | string, compiled: CompiledPipeline): string {
  const text = typeof error === "string" ? error : error.stack ?? `${error}`;
  return text.split("\n").flatMap((line) => locateLine(line, compiled)).join("\n");
}

/** An error's text that says at least in which cell it arose: what fails in callbacks of the system has
 *  no frame of the block that waits for it. */
export function withBlockPlace(
  text: string,
  { pipeline: { blocks, notebook } }: CompiledPipeline,
  name: string,
): string {
  const block = blocks.find((candidate) => candidate.name === name);
  if (!block || text.includes(`${pathLabel(notebook)}, cell `)) return text;
  return `${text}\n    at ${name} (${placeLabel(notebook, { cell: block.cell, block: name })})`;
}

/** The notebook's place of a position in the emitted module, both from 1;
 *  undefined in lines that the compiler wrote. */
export function locatePosition(
  { pipeline, lines }: CompiledPipeline,
  line: number,
  column: number,
): Place | undefined {
  const origin = lines[line - 1];
  if (!origin) return undefined;
  const shift = origin.shifts?.findLast((it) => it.column <= column - 1);
  const block = pipeline.blocks.find(({ cell }) => cell === origin.cell)?.name;
  return {
    cell: origin.cell,
    block,
    line: origin.line,
    column: Math.max(1, column - (shift?.indent ?? origin.indent)),
  };
}

const FRAME = /^(\s+at )(?:(?:async )?(.*) \(|async )?([a-z]+:[^()]*?):(\d+):(\d+)\)?$/;

function locateLine(line: string, compiled: CompiledPipeline): readonly string[] {
  const frame = FRAME.exec(line);
  if (!frame) {
    const isInternal = /^\s+at (async )?[\w.<> ]*\(?(<anonymous>|native)\)?$/.test(line);
    return isInternal ? [] : [locateText(line, compiled)];
  }
  const [, at = "", name, url = "", row, column] = frame;
  const place = isModule(url, compiled)
    ? frameInNotebook(compiled, Number(row), Number(column))
    : isInternal(url)
    ? undefined
    : `${url.startsWith("file:") ? pathLabel(fromFileUrl(new URL(url))) : url}:${row}:${column}`;
  if (place === undefined) return [];
  const caller = name?.replace(/^Object\./, "");
  const isUnnamed = caller === undefined || /^pipeline_*$/.test(caller);
  return [isUnnamed ? at + place : `${at}${caller} (${place})`];
}

function frameInNotebook(compiled: CompiledPipeline, row: number, column: number) {
  const place = locatePosition(compiled, row, column);
  return place && placeLabel(compiled.pipeline.notebook, place);
}

/** Replaces the module's URL and path in running text, with line and column where they follow. */
function locateText(text: string, compiled: CompiledPipeline): string {
  const { notebook } = compiled.pipeline;
  const names = [toFileUrl(compiled.module).href, compiled.module].map(escapePattern);
  const pattern = new RegExp(`(?:${names.join("|")})(?::(\\d+):(\\d+))?`, "g");
  return text.replaceAll(pattern, (_all, row?: string, column?: string) => {
    const place = row && locatePosition(compiled, Number(row), Number(column));
    return placeLabel(notebook, place || {});
  });
}

function isModule(url: string, { module }: CompiledPipeline): boolean {
  return url === toFileUrl(module).href || url === module;
}

function isInternal(url: string): boolean {
  if (!url.startsWith("file:")) return /^(ext|node|deno|npm|checkin|internal|native):/.test(url);
  return url.includes("/node_modules/") || isOwnModule(url);
}

function escapePattern(text: string): string {
  return text.replaceAll(/[.*+?^${}()|[\]\\]/g, "\\$&");
}
