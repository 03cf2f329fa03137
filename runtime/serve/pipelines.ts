/** The project's pipelines as the server shows them: compiled, or with what keeps them from it. @module */
import { basename, relative } from "node:path";
import type { Block, CompiledPipeline, Parameter } from "../compile/pipeline.ts";
import { compileNotebook } from "../compile/compile.ts";
import { pipelineName, projectNotebooks } from "../notebook/project_notebooks.ts";
import type { RunRow } from "../run/run_store.ts";
import { findNotebook } from "../trigger/check_pipeline.ts";
import { Problem } from "./problem.ts";
import type { ServerParts } from "./server_parts.ts";

/** One pipeline; `error` where its notebook does not compile. */
export interface ListedPipeline {
  readonly name: string;
  /** From the project's folder. */
  readonly notebook: string;
  readonly description: string | null;
  readonly blocks: readonly Block[];
  readonly parameters: readonly Parameter[];
  readonly error: string | null;
  /** The newest first. */
  readonly latestRuns: readonly RunRow[];
}

type Parts = Pick<ServerParts, "projectFolder" | "store">;

/** Every pipeline of the project with its latest runs, by name. */
export async function listPipelines(parts: Parts, runs = 1): Promise<readonly ListedPipeline[]> {
  const notebooks = projectNotebooks(parts.projectFolder);
  return await Promise.all(notebooks.map((notebook) => describe(notebook, parts, runs)));
}

/** The pipeline of that name.
 *
 * @throws {Problem} 404 */
export async function findPipeline(
  name: string,
  parts: Parts,
  runs = 20,
): Promise<ListedPipeline> {
  return await describe(await notebookOf(name, parts), parts, runs);
}

/** The parameters of the pipeline that a trigger names; none where it does not compile. */
export async function parametersFor(
  pipeline: string,
  { projectFolder }: Pick<Parts, "projectFolder">,
): Promise<readonly Parameter[]> {
  const notebook = findNotebook(pipeline, projectFolder);
  if (notebook === undefined) return [];
  return await compileNotebook(notebook, { projectFolder })
    .then(({ pipeline }) => pipeline.parameters, () => []);
}

/** The compiled pipeline of that name.
 *
 * @throws {Problem} 404
 * @throws {CompileErrors} */
export async function compiledPipeline(name: string, parts: Parts): Promise<CompiledPipeline> {
  const { projectFolder } = parts;
  return await compileNotebook(await notebookOf(name, parts), { projectFolder });
}

/** The notebook of a pipeline, among those in the project's `notebooks/` alone: a name never becomes a path.
 *
 * @throws {Problem} 404 */
export async function notebookOf(name: string, { projectFolder }: Parts): Promise<string> {
  const notebooks = projectNotebooks(projectFolder);
  const found = notebooks.find((path) => pipelineName(path) === name);
  if (found !== undefined) return found;
  const { suggestion } = await import("../table/nearest.ts");
  const near = suggestion(name, notebooks.map(pipelineName));
  throw new Problem(
    404,
    `Cannot find pipeline ${name}${near || "; GET /api/pipelines lists those there are"}`,
  );
}

async function describe(
  notebook: string,
  { projectFolder, store }: Parts,
  limit: number,
): Promise<ListedPipeline> {
  const name = pipelineName(notebook);
  const listed = {
    name,
    notebook: relative(projectFolder, notebook),
    latestRuns: await store.listRuns({ pipeline: name, limit }),
  };
  try {
    const { pipeline } = await compileNotebook(notebook, { projectFolder });
    const { blocks, parameters, description = null } = pipeline;
    return { ...listed, description, blocks, parameters, error: null };
  } catch (error) {
    const text = error instanceof Error ? error.message : `${basename(notebook)}: ${error}`;
    return { ...listed, description: null, blocks: [], parameters: [], error: text };
  }
}
