/** A real JupyterLab for tests, on a folder of notebooks, with our kernel and nothing of the person's. @module */
import { join } from "node:path";
import type { Page } from "playwright-core";
import type { Jupyter } from "../../kernel/jupyter.ts";

/** A running JupyterLab. */
export interface Lab extends AsyncDisposable {
  /** The address of a notebook, by its path below the root. */
  notebookUrl(path: string): string;
}

/** Settings that keep a page still: no news, no updates, all cells drawn. */
const SETTINGS: Readonly<Record<string, object>> = {
  "apputils-extension/notification": { fetchNews: "false", checkForUpdates: false },
  "notebook-extension/tracker": { windowingMode: "none" },
};

/** Starts JupyterLab on `root`; its own state lies below `state`. */
export async function startLab(
  { python, folder }: Jupyter,
  { root, state }: { readonly root: string; readonly state: string },
): Promise<Lab> {
  const settings = join(state, "settings");
  for (const [name, value] of Object.entries(SETTINGS)) {
    const file = join(settings, "@jupyterlab", `${name}.jupyterlab-settings`);
    await Deno.mkdir(join(file, ".."), { recursive: true });
    await Deno.writeTextFile(file, JSON.stringify(value));
  }
  const child = new Deno.Command(python, {
    args: [
      "-m",
      "jupyterlab",
      "--no-browser",
      "--allow-root",
      "--ip=127.0.0.1",
      "--port=0",
      "--IdentityProvider.token=test",
      "--LabApp.expose_app_in_browser=True",
      `--ServerApp.root_dir=${root}`,
    ],
    env: {
      // Without Node, which JupyterLab would ask for a registry of extensions.
      PATH: join(folder, "bin"),
      JUPYTER_PATH: join(folder, "share", "jupyter"),
      JUPYTER_CONFIG_DIR: join(state, "config"),
      JUPYTER_DATA_DIR: join(state, "data"),
      JUPYTER_RUNTIME_DIR: join(state, "runtime"),
      JUPYTERLAB_SETTINGS_DIR: settings,
      JUPYTERLAB_WORKSPACES_DIR: join(state, "workspaces"),
    },
    stdin: "null",
    stdout: "null",
    stderr: "piped",
  }).spawn();
  const base = await addressOf(child.stderr);
  return {
    notebookUrl: (path) => `${base}/lab/tree/${path}?token=test`,
    async [Symbol.asyncDispose]() {
      child.kill("SIGTERM");
      await child.status;
    },
  };
}

/** Reads the log until it names the address, and on, so that it never fills up. */
function addressOf(log: ReadableStream<Uint8Array<ArrayBuffer>>): Promise<string> {
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  const read = async () => {
    let text = "";
    for await (const chunk of log.pipeThrough(new TextDecoderStream())) {
      text += chunk;
      const address = /http:\/\/127\.0\.0\.1:\d+(?=\/lab)/.exec(text)?.[0];
      if (address) resolve(address);
    }
    reject(new Error(`JupyterLab ended before it served:\n${text}`));
  };
  read();
  return promise;
}

/** A cell as the open notebook holds it. */
export interface LabCell {
  readonly cell_type: string;
  readonly source: string;
  readonly execution_count: number | null;
  readonly outputs: readonly Readonly<Record<string, unknown>>[];
}

/** The notebook that is open in a page. */
export class LabNotebook {
  readonly page: Page;

  constructor(page: Page) {
    this.page = page;
  }

  /** Opens a notebook and waits until its kernel is ready. */
  static async open(page: Page, url: string): Promise<LabNotebook> {
    await page.goto(url);
    await page.waitForSelector(".jp-Notebook .jp-Cell");
    const notebook = new LabNotebook(page);
    await notebook.#idle();
    return notebook;
  }

  /** Carries out a command of JupyterLab, as its menus do; waits for it only where told so. */
  async command(name: string): Promise<void> {
    await this.page.evaluate(`void jupyterapp.commands.execute(${JSON.stringify(name)})`);
  }

  /** Runs all cells and waits for the last of them. */
  async runAll(): Promise<readonly LabCell[]> {
    await this.page.evaluate(`jupyterapp.commands.execute("notebook:run-all-cells")`);
    await this.#idle();
    return await this.cells();
  }

  /** Replaces the text of a cell, counted from 0. */
  async write(cell: number, source: string): Promise<void> {
    const text = JSON.stringify(source);
    await this.page.evaluate(
      `jupyterapp.shell.currentWidget.content.model.cells.get(${cell}).sharedModel.setSource(${text})`,
    );
  }

  /** Adds a code cell at the end and makes it the current one; gives its number, from 0. */
  async add(source: string): Promise<number> {
    const cell = { cell_type: "code", source, metadata: {} };
    return await this.page.evaluate(`(() => {
      const notebook = jupyterapp.shell.currentWidget.content;
      const at = notebook.model.cells.length;
      notebook.model.sharedModel.insertCell(at, ${JSON.stringify(cell)});
      notebook.activeCellIndex = at;
      notebook.deselectAll();
      return at;
    })()`);
  }

  /** Runs the current cell and waits for its end. */
  async runCurrent(): Promise<void> {
    await this.page.evaluate(`jupyterapp.commands.execute("notebook:run-cell")`);
  }

  async cells(): Promise<readonly LabCell[]> {
    const cells: readonly (LabCell & { source: string | string[] })[] = await this.page.evaluate(
      "jupyterapp.shell.currentWidget.content.model.toJSON().cells",
    );
    return cells.map((cell) => ({ ...cell, source: [cell.source].flat().join("") }));
  }

  async #idle(): Promise<void> {
    await this.page.waitForFunction(
      `jupyterapp.shell.currentWidget?.sessionContext?.session?.kernel?.status === "idle"`,
    );
  }
}
