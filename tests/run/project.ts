/** A project in a temporary folder whose pipelines are emitted modules written by hand. @module */
import type {
  Block,
  BlockKind,
  CompiledPipeline,
  Pipeline,
} from "../../runtime/compile/pipeline.ts";
import type { RunEvent } from "../../runtime/run/events.ts";
import type { RunRequest } from "../../runtime/run/request.ts";
import type { RunResult } from "../../runtime/run/result.ts";
import type { RunStore } from "../../runtime/run/run_store.ts";
import { superviseRun } from "../../runtime/run/supervise_run.ts";
import { openStore } from "../../runtime/store/open_store.ts";

/** A block as tests write it: what is left out is what most blocks have. */
export type BlockSketch = Partial<Omit<Block, "inputs">> & {
  readonly name: string;
  /** `trips from load` for each variable that the block reads. */
  readonly reads?: readonly string[];
};

export function sketchBlock(sketch: BlockSketch, at = 0): Block {
  const { reads = [], upstream = [], ...rest } = sketch;
  const inputs = reads.map((read) => {
    const [name = "", from = ""] = read.split(" from ");
    return { name, from };
  });
  return {
    kind: "transformer" as BlockKind,
    cell: at + 1,
    inputs,
    outputs: [],
    parameters: [],
    retry: { attempts: 1, delayMs: 0, backoff: "fixed" },
    timeoutMs: undefined,
    description: undefined,
    of: [],
    hash: `hash of ${sketch.name}`,
    ...rest,
    upstream: [...new Set([...inputs.map(({ from }) => from), ...upstream])],
  };
}

export interface PipelineSketch {
  readonly name?: string;
  readonly blocks: readonly BlockSketch[];
  /** By parameter, its default as source. */
  readonly parameters?: Readonly<Record<string, string>>;
  readonly permissions?: Pipeline["permissions"];
}

export function sketchPipeline(sketch: PipelineSketch, folder = "/project"): Pipeline {
  const { name = "sample", blocks, parameters = {}, permissions } = sketch;
  return {
    name,
    description: undefined,
    notebook: `${folder}/notebooks/${name}.ipynb`,
    parameters: Object.entries(parameters).map(([name, source]) => ({ name, cell: 1, source })),
    blocks: blocks.map(sketchBlock),
    scratch: [],
    connections: [],
    permissions,
  };
}

/** A project of its own, removed with everything in it at the end of the test. */
export class Project implements AsyncDisposable {
  readonly folder = Deno.makeTempDirSync({ prefix: "sluice-run-" });
  readonly store: RunStore = openStore(this.folder);
  /** The events of the last run. */
  events: RunEvent[] = [];

  /** `code` is the body of the emitted function: parameters, then block functions by their names. */
  async write(sketch: PipelineSketch, code: string, imports = ""): Promise<CompiledPipeline> {
    const pipeline = sketchPipeline(sketch, this.folder);
    const module = `${this.folder}/.sluice/compiled/${pipeline.name}-${crypto.randomUUID()}.ts`;
    const names = pipeline.blocks.map(({ name }) => name).join(", ");
    await Deno.mkdir(`${this.folder}/.sluice/compiled`, { recursive: true });
    await Deno.mkdir(`${this.folder}/notebooks`, { recursive: true });
    const text =
      `${imports}\nexport default async function pipeline(given) {\n${code}\nreturn { ${names} };\n}\n`;
    await Deno.writeTextFile(module, text);
    return { pipeline, module, lines: text.split("\n").map(() => null) };
  }

  async run(
    compiled: CompiledPipeline,
    request: Partial<RunRequest> = {},
    { signal, onEvent = () => {} }: {
      signal?: AbortSignal;
      onEvent?: (event: RunEvent) => void;
    } = {},
  ): Promise<RunResult> {
    this.events = [];
    return await superviseRun({ compiled, projectFolder: this.folder, ...request }, {
      store: this.store,
      onEvent: (event) => {
        this.events.push(event);
        onEvent(event);
      },
      ...(signal ? { signal } : {}),
    });
  }

  /** The text of the lines that a block of the run printed; of the run itself where none is named. */
  async logsOf(run: string, block?: string): Promise<string[]> {
    const logs = await this.store.listLogs(run);
    return logs.filter((line) => line.block === block).map(({ text }) => text);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.store.close();
    await Deno.remove(this.folder, { recursive: true });
  }
}

/** `name status` of each block. */
export function statusesOf(result: RunResult): string[] {
  return result.blocks.map(({ name, status }) => `${name} ${status}`);
}
