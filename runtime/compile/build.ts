/** Compiles a notebook's text, all in memory: the part of the compiler that loads the parser. @module */
import { CompileErrors } from "../notebook/compile_error.ts";
import type { Notebook } from "../notebook/notebook.ts";
import { analyseNotebook } from "./analyse_notebook.ts";
import { blockSources } from "./block_sources.ts";
import { findConnections } from "./connections.ts";
import { emitModule } from "./emit.ts";
import { listParameters, planBlocks } from "./graph.ts";
import type { ModuleNaming } from "./imports.ts";
import type { CompiledPipeline, ScratchCell } from "./pipeline.ts";
import type { Program } from "./program.ts";
import { findReach, isImport, type Reach } from "./reach.ts";
import { Report } from "./report.ts";
import { joinLines } from "./render.ts";
import { reportErrors } from "./rules.ts";

/** A compiled notebook before it is written. */
export interface Build {
  readonly text: string;
  readonly compiled: CompiledPipeline;
  /** For each block: what its hash covers beside the local modules' content. */
  readonly sources: readonly BlockSource[];
}

/** What a block's hash stands for. */
export interface BlockSource {
  /** The block's code and the shared code that it reaches. */
  readonly code: string;
  /** The modules that it imports, as the notebook writes them. */
  readonly modules: readonly string[];
}

/** Compiles `notebook` into the module that `naming` places.
 *
 * @throws {CompileErrors} with every error of the notebook together. */
export function buildPipeline(
  notebook: Notebook,
  naming: ModuleNaming,
  { name, title }: { readonly name: string; readonly title: string },
): Build {
  const report = new Report(notebook);
  const program = analyseNotebook(notebook, report);
  const reach = findReach(program);
  reportErrors(program, reach, report);
  const errors = report.errors();
  if (errors.length > 0) throw new CompileErrors(errors);
  const plans = planBlocks(program, reach);
  const lines = emitModule(program, reach, plans, naming, title);
  const blocks = plans.map(({ code: _, ...block }) => ({ ...block, hash: "" }));
  return {
    text: joinLines(lines),
    compiled: {
      pipeline: {
        name,
        description: notebook.description,
        notebook: notebook.path,
        parameters: listParameters(program),
        blocks,
        scratch: listScratch(program, reach),
        connections: findConnections(program, reach),
        permissions: notebook.permissions,
      },
      module: naming.module,
      lines: lines.map(({ origin }) => origin),
    },
    sources: plans.map((plan) => blockSources(plan.code, program, reach)),
  };
}

function listScratch(program: Program, reach: Reach): readonly ScratchCell[] {
  return program.codes.filter(({ role, statements }) =>
    role === "shared" && statements.length > 0 &&
    !statements.some((statement) =>
      reach.kept.has(statement) || isImport(statement) && (statement.definitions.length === 0 ||
          statement.definitions.some((definition) => reach.imports.has(definition)))
    )
  ).map(({ cell }) => ({ cell: cell.index, firstLine: firstLine(cell.source) }));
}

function firstLine(source: string): string {
  return source.split("\n").find((line) => line.trim() !== "")?.trim() ?? "";
}
