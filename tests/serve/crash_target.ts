/** What the crash harness strikes at: a project whose runs leave traces, and a server on it that another takes
 *  the place of whenever it is killed. @module */
import { notebookOf } from "../compile/notebook_of.ts";
import { type Project, projectOf } from "../commands/project_of.ts";
import { until } from "../e2e/watching.ts";
import { openStore, type Store } from "../../runtime/store/open_store.ts";
import { isOver, type Serving, startServing } from "./serving.ts";

/** More than there ever are. */
export const MOST_RUNS = 100_000;
const MOST_OPEN = 6;

/** Three blocks that leave a row in Postgres and a line in a file, both by append; every fifth fails. */
const WRITING = notebookOf([
  'import { postgres, run, sql, writeCsv } from "sluice";',
  "//| loader: load\nconst { key, isWrong } = run.event as { key: string; isWrong: boolean };",
  "//| transformer: wait\nawait new Promise((r) => setTimeout(r, 30));\n" +
  'if (isWrong) throw new Error("as it was asked to");\n' +
  "const effect = await sql`select ${key} as key, ${run.id} as run`;",
  '//| exporter: row\nawait postgres().write(effect, "effects", { ifExists: "append" });',
  '//| exporter: line\nawait writeCsv(effect, `../effects/${key}.csv`, { ifExists: "append" });',
]);

/** A sensor that looks some times before what it waits for is there. */
const SENSING = notebookOf([
  'import { postgres, run, sql, until } from "sluice";',
  "//| sensor: wait\nconst { key, at } = run.event as { key: string; at: number };\n" +
  'await until(() => Date.now() >= at, { every: "200ms" });\n' +
  "const effect = await sql`select ${key} as key, ${run.id} as run`;",
  '//| exporter: row\nawait postgres().write(effect, "effects", { ifExists: "append" });',
]);

const TRIGGERS = `triggers:
  writing: { pipeline: writing, api: {} }
  sensing: { pipeline: sensing, api: {} }
`;

/** The project; its runs write into the database of these profiles. */
export function crashProject(profiles: string): Project {
  return projectOf({
    "sluice.yaml": "limits: { runs: 3 }\n",
    "triggers.yaml": TRIGGERS,
    "io_config.yaml": profiles,
    "notebooks/writing.ipynb": WRITING,
    "notebooks/sensing.ipynb": SENSING,
    "effects/README": "one file for each run",
  });
}

/** What is delivered: each key once, to the trigger of its turn. */
export interface Delivery {
  readonly key: string;
  readonly trigger: "writing" | "sensing";
  readonly isWrong: boolean;
}

/** The project's history, closed with the variable. */
export function openHistory(folder: string): Store & Disposable {
  const store = openStore(folder);
  return { ...store, [Symbol.dispose]: store.close };
}

/** A server that another takes the place of whenever it is killed. */
export interface Target extends AsyncDisposable {
  readonly folder: string;
  readonly tokens: ReadonlyMap<string, string>;
  /** The one that listens, or will. */
  server(): Promise<Serving>;
  kill(): Promise<void>;
  /** Waits until few runs are open: more than end in between would heap up on a slow machine. */
  progress(): Promise<void>;
}

/** Starts the first server, and makes the tokens of its webhooks. */
export async function openTarget(project: Project, store: Store): Promise<Target> {
  let serving = startServing(project);
  const tokens = new Map<string, string>();
  for (const name of ["writing", "sensing"]) {
    tokens.set(name, (await (await serving).post(`/api/triggers/${name}/token`)).token);
  }
  return {
    folder: project.folder,
    tokens,
    server: () => serving,
    async kill() {
      const killed = await serving;
      serving = killed.kill("SIGKILL").then(() => startServing(project));
    },
    async progress() {
      await until(async () => {
        const runs = await store.listRuns({ limit: MOST_RUNS });
        return runs.filter((run) => !isOver(run)).length <= MOST_OPEN;
      }, "runs have ended");
    },
    [Symbol.asyncDispose]: async () => {
      await (await serving.catch(() => undefined))?.kill("SIGKILL");
    },
  };
}

/** Delivers as those who call webhooks do: again with the same key until it is answered. Gives what was wrong
 *  with the answer. */
export async function deliver(
  { key, trigger, isWrong }: Delivery,
  { tokens, server }: Target,
): Promise<string | undefined> {
  const headers = {
    authorization: `Bearer ${tokens.get(trigger)}`,
    "content-type": "application/json",
    "idempotency-key": key,
  };
  const body = JSON.stringify({ key, isWrong, at: Date.now() + 500 });
  while (true) {
    const { url } = await server();
    try {
      const response = await fetch(`${url}/hooks/${trigger}`, { method: "POST", headers, body });
      const answer = await response.text();
      return response.status === 202
        ? undefined
        : `${key} was answered ${response.status}: ${answer}`;
    } catch (error) {
      // The connection ended with the server.
      if (!(error instanceof TypeError)) throw error;
    }
  }
}
