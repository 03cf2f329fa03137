/** A project with pipelines of one trivial block, and a dispatcher that only writes down what it accepts: what
 *  triggers ask for, without the seconds that running it takes. @module */
import { join } from "node:path";
import type { Acceptance, RunToAccept } from "../../runtime/dispatch/api.ts";
import type { PlannedBlock } from "../../runtime/run/plan.ts";
import { openStore, type Store } from "../../runtime/store/open_store.ts";
import type { Clock } from "../../runtime/trigger/clock.ts";

/** The time is what the test says; what waits for later is never called. */
export class FakeClock implements Clock {
  constructor(public time: number) {}

  static at(text: string): FakeClock {
    return new FakeClock(Date.parse(text));
  }

  now(): number {
    return this.time;
  }

  set(text: string): void {
    this.time = Date.parse(text);
  }

  after(): () => void {
    return () => {};
  }
}

/** Accepts as the dispatcher's contract says: a key that it knows gives the run from before. */
export class Ledger {
  readonly accepted: RunToAccept[] = [];
  readonly #runs = new Map<string, string>();

  get keys(): string[] {
    return this.accepted.map(({ key }) => key ?? "");
  }

  accept(run: RunToAccept): Promise<Acceptance> {
    const known = run.key === undefined ? undefined : this.#runs.get(run.key);
    if (known !== undefined) {
      return Promise.resolve({ run: known, isNew: false, isSkipped: false });
    }
    const id = `run-${this.accepted.push(run)}`;
    if (run.key !== undefined) this.#runs.set(run.key, id);
    return Promise.resolve({ run: id, isNew: true, isSkipped: false });
  }
}

const LOAD: PlannedBlock = {
  name: "load",
  kind: "loader",
  upstream: [],
  action: "run",
  reason: null,
  attemptsBefore: 0,
  fingerprint: null,
};

/** A project of its own, removed with everything in it. */
export class TestProject implements AsyncDisposable {
  readonly folder = Deno.makeTempDirSync({ prefix: "sluice-trigger-" });
  #store: Store | undefined;

  get store(): Store {
    return this.#store ??= openStore(this.folder);
  }

  /** As a process that ends and another one do. */
  reopenStore(): Store {
    this.#store?.close();
    this.#store = undefined;
    return this.store;
  }

  async write(path: string, text: string): Promise<void> {
    const file = join(this.folder, path);
    await Deno.mkdir(join(file, ".."), { recursive: true });
    await Deno.writeTextFile(file, text);
  }

  read(path: string): Promise<string> {
    return Deno.readTextFile(join(this.folder, path));
  }

  /** A notebook with the parameter `city` and one block. */
  async addPipeline(name: string, code = "const n = 1;"): Promise<void> {
    const cell = (id: string, source: string, tags: readonly string[] = []) => ({
      cell_type: "code",
      execution_count: null,
      id,
      metadata: { tags },
      outputs: [],
      source,
    });
    const cells = [
      cell("a", 'const city = "Oslo";', ["parameters"]),
      cell("b", `//| loader: load\nconsole.log(city);\n${code}`),
    ];
    const notebook = { cells, metadata: {}, nbformat: 4, nbformat_minor: 5 };
    await this.write(`notebooks/${name}.ipynb`, JSON.stringify(notebook));
  }

  /** A run in the history, ended where `status` says so. */
  async addRun(
    id: string,
    { pipeline = "taxi", status, at = 1000, slaMs, error = null, outputBytes }: {
      readonly pipeline?: string;
      readonly status?: "completed" | "failed";
      readonly at?: number;
      readonly slaMs?: number;
      readonly error?: string | null;
      /** What it has saved of its block `load`; nothing unless given. */
      readonly outputBytes?: number;
    } = {},
  ): Promise<void> {
    const lease = await this.store.createRun(
      {
        id,
        pipeline,
        notebook: `${this.folder}/notebooks/${pipeline}.ipynb`,
        createdAt: at,
        executionDate: "2024-03-01T00:00:00+00:00[UTC]",
        interval: null,
        variables: {},
        profile: null,
        event: undefined,
        block: null,
        hasUpstream: false,
        keep: "all",
        ...(slaMs === undefined ? {} : { slaMs }),
      },
      outputBytes === undefined ? [] : [LOAD],
      60_000,
    );
    const writer = this.store.writer(lease);
    if (outputBytes !== undefined) {
      const trips = { name: "trips", rows: 1, bytes: outputBytes, value: "[1]" };
      await writer.saveOutputs("load", [trips]);
    }
    if (status === undefined) return;
    await writer.startRun(at);
    await writer.addLogs([{ type: "log", at, stream: "stdout", text: `line of ${id}` }]);
    await writer.endRun({ status, at: at + 10, ms: 10, error, peakRssBytes: null });
    await this.store.releaseLease(lease);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#store?.close();
    await Deno.remove(this.folder, { recursive: true });
  }
}

/** Resolves once `isSo` gives true. */
export async function until(isSo: () => boolean | Promise<boolean>): Promise<void> {
  while (!await isSo()) await new Promise((resolve) => setTimeout(resolve, 20));
}
