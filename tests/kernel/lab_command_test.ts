/** `deno task lab`, and pairing a notebook with a text file. @module */
import assert from "node:assert/strict";
import { dirname, join, resolve } from "node:path";
import { until } from "../e2e/watching.ts";
import { testJupyter } from "../services/jupyter.ts";
import { testWith } from "../services/tools.ts";

const ROOT = resolve(import.meta.dirname!, "..", "..");
const jupyter = await testJupyter();

/** The `.sluice/` of a project whose JupyterLab is installed once, not at every run of the suite. */
const KEPT = join(ROOT, ".sluice", "lab-tests");

/** Starts `deno task lab` in a new project and looks at what it serves. */
async function openLab(
  path: string,
  { sluiceFolder }: { readonly sluiceFolder?: string } = {},
): Promise<string> {
  const project = await Deno.makeTempDir({ prefix: "sluice-lab-" });
  await Deno.mkdir(join(project, "notebooks"));
  if (sluiceFolder) {
    await Deno.mkdir(sluiceFolder, { recursive: true });
    await Deno.symlink(sluiceFolder, join(project, ".sluice"));
  }
  const config = join(ROOT, "deno.json");
  const child = new Deno.Command(Deno.execPath(), {
    args: [
      ...["run", "-A", "--config", config, join(ROOT, "kernel", "lab.ts")],
      ...["--no-browser", "--allow-root", "--port=0", "--ip=127.0.0.1"],
      "--IdentityProvider.token=test",
    ],
    cwd: project,
    env: {
      PATH: path,
      JUPYTER_CONFIG_DIR: join(project, "config"),
      JUPYTER_DATA_DIR: join(project, "data"),
      JUPYTER_RUNTIME_DIR: join(project, "runtime"),
    },
    stderr: "piped",
    stdout: "null",
  }).spawn();
  let hasEnded = false;
  void child.status.then(() => hasEnded = true);
  // Read to its end, so that the log is whole where the server ends early.
  let log = "";
  const { promise: isServing, resolve: serving } = Promise.withResolvers<void>();
  const logged = (async () => {
    for await (const chunk of child.stderr.pipeThrough(new TextDecoderStream())) {
      log += chunk;
      if (/http:\/\/127\.0\.0\.1:\d+\/lab/.test(log)) serving();
    }
    serving();
  })();
  await isServing;
  try {
    const base = /http:\/\/127\.0\.0\.1:\d+/.exec(log)?.[0];
    assert.ok(base, log);
    // The address is in the log before the port is open, long before it where all is new.
    const specs = `${base}/api/kernelspecs?token=test`;
    let answer: Response | undefined;
    await until(async () => {
      answer = await fetch(specs).catch(() => undefined);
      return answer?.ok === true || hasEnded;
    }, "JupyterLab answers");
    assert.ok(answer?.ok, log);
    const { default: chosen, kernelspecs } = await answer.json();
    assert.equal(chosen, "sluice");
    assert.equal(kernelspecs.sluice.spec.display_name, "Deno (Sluice)");
    assert.equal(kernelspecs.deno.spec.display_name, "Deno (Sluice)");
    const page = await fetch(`${base}/?token=test`);
    assert.match(page.url, /\/lab\/tree\/notebooks/);
    await page.body?.cancel();
    return log;
  } finally {
    child.kill("SIGTERM");
    await child.status;
    await logged;
    await Deno.remove(project, { recursive: true });
  }
}

testWith(
  "lab opens JupyterLab on the notebooks with our kernel chosen",
  jupyter,
  async ({ python }) => {
    await openLab(`${dirname(python)}:${Deno.env.get("PATH")}`);
  },
);

testWith(
  "lab installs JupyterLab into .sluice/ where the machine has none",
  jupyter,
  async () => {
    const log = await openLab(await pathWithoutLab(), { sluiceFolder: KEPT });
    assert.match(log, /JupyterLab extension loaded from \S*\/\.sluice\/jupyter\/lib/);
    const marked = await Deno.readTextFile(join(KEPT, "jupyter", "installed.txt"));
    assert.match(marked, /^jupyterlab==/);
  },
);

/** PATH without the folders that hold a JupyterLab. */
async function pathWithoutLab(): Promise<string> {
  const folders: string[] = [];
  for (const folder of Deno.env.get("PATH")!.split(":")) {
    const hasLab = await Deno.stat(join(folder, "jupyter-lab")).then(() => true, () => false);
    if (!hasLab) folders.push(folder);
  }
  return folders.join(":");
}

testWith("jupytext's pairing keeps headers, ids and metadata", jupyter, async ({ python }) => {
  const folder = await Deno.makeTempDir({ prefix: "sluice-jupytext-" });
  try {
    const path = join(folder, "example_pipeline.ipynb");
    await Deno.copyFile(join(ROOT, "notebooks", "example_pipeline.ipynb"), path);
    const before = JSON.parse(await Deno.readTextFile(path));
    const run = async (...args: string[]) => {
      const ran = await new Deno.Command(python, { args: ["-m", "jupytext", ...args], cwd: folder })
        .output();
      assert.ok(ran.success, new TextDecoder().decode(ran.stderr));
    };
    await run("--set-formats", "ipynb,ts:percent", path);
    const text = path.replace(/ipynb$/, "ts");
    assert.match(await Deno.readTextFile(text), /^\/\/\| loader: load_titanic$/m);
    await Deno.writeTextFile(
      text,
      (await Deno.readTextFile(text)).replace("there are passengers", "some passengers"),
    );
    await run("--sync", text);
    const after = JSON.parse(await Deno.readTextFile(path));
    assert.deepEqual(after.metadata.sluice, before.metadata.sluice);
    const cellOf = (
      { source, id, metadata }: { source: string[]; id: string; metadata: object },
    ) => ({
      source: [source].flat().join("").replace("some passengers", "there are passengers"),
      id,
      metadata,
    });
    assert.deepEqual(after.cells.map(cellOf), before.cells.map(cellOf));
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});
