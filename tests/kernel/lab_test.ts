/** A person's day in JupyterLab: a real one, in a real Chromium, on our kernel. @module */
import assert from "node:assert/strict";
import { join, resolve } from "node:path";
import { openBrowser, testBrowser } from "../services/browser.ts";
import { testJupyter } from "../services/jupyter.ts";
import { type LabCell, LabNotebook, startLab } from "../services/lab.ts";
import { testWith, type Tool } from "../services/tools.ts";

const ROOT = resolve(import.meta.dirname!, "..", "..");
/** Where the screenshots go. */
const SHOTS = join(ROOT, ".sluice", "tests", "screenshots");

const [jupyter, browser] = await Promise.all([testJupyter(), testBrowser()]);
const both: Tool<{ jupyter: Found<typeof jupyter>; browser: string }> = "install" in jupyter
  ? jupyter
  : "install" in browser
  ? browser
  : { found: { jupyter: jupyter.found, browser: browser.found } };

type Found<T> = T extends { readonly found: infer Thing } ? Thing : never;

testWith(
  "a notebook in JupyterLab, run and changed by hand",
  both,
  async ({ jupyter, browser }) => {
    await using place = await labFolder();
    await using lab = await startLab(jupyter, {
      root: place.folder,
      state: `${place.folder}/state`,
    });
    await using chromium = await openBrowser(browser);
    const page = await chromium.newPage({ viewport: { width: 1280, height: 1600 } });
    page.setDefaultTimeout(30_000);
    await Deno.mkdir(SHOTS, { recursive: true });
    const shoot = (name: string) => page.screenshot({ path: join(SHOTS, `${name}.png`) });

    const notebook = await LabNotebook.open(
      page,
      lab.notebookUrl("notebooks/example_pipeline.ipynb"),
    );
    const first = await notebook.runAll();
    assertRan(first);
    await page.waitForSelector(".sluice-table table");
    await page.waitForSelector(".vega-embed svg, .vega-embed canvas");
    await shoot("run-all");

    const parameters = first.findIndex(({ source }) => source.startsWith("const source ="));
    const again = join(place.folder, "again.csv");
    const former = first[parameters]!.source;
    await notebook.write(
      parameters,
      former.replace(/const target = .*;/, `const target = "${again}";`),
    );
    assertRan(await notebook.runAll());
    assert.match(await Deno.readTextFile(again), /^"?PassengerId/);

    const sql = await notebook.add("%%sql\nselect count(*) as n from {{ filled }}");
    await notebook.runCurrent();
    assert.match(plain((await notebook.cells())[sql]!), /\b3\b/);

    const broken = await notebook.add("const wrong = filled.nowhere.at(0);");
    await notebook.runCurrent();
    const [error] = (await notebook.cells())[broken]!.outputs;
    assert.equal(error?.evalue, "Cannot read properties of undefined (reading 'at')");
    await page.getByText("Cannot read properties of undefined").first().waitFor();

    await notebook.add("const known = filled.numRows + 4000;");
    await notebook.runCurrent();
    const endless = await notebook.add("while (true) {}");
    await notebook.command("notebook:run-cell");
    await page.getByText("[*]:").waitFor();
    await page.locator(".jp-NotebookPanel-toolbar [data-command='notebook:interrupt-kernel']")
      .click();
    await page.getByText("the cell was interrupted").first().waitFor();
    assert.equal((await notebook.cells())[endless]!.outputs[0]?.ename, "Interrupted");
    const after = await notebook.add("known");
    await notebook.runCurrent();
    assert.match(plain((await notebook.cells())[after]!), /4003/);
    await page.locator(".jp-Cell").last().scrollIntoViewIfNeeded();
    await shoot("changed-by-hand");

    await page.evaluate(
      `jupyterapp.commands.execute("apputils:change-theme", { theme: "JupyterLab Dark" })`,
    );
    await page.locator(".sluice-table").first().scrollIntoViewIfNeeded();
    await shoot("dark");
  },
);

/** Every code cell ran, and none failed. */
function assertRan(cells: readonly LabCell[]): void {
  for (const { cell_type, source, execution_count, outputs } of cells) {
    if (cell_type !== "code") continue;
    assert.ok(execution_count, `did not run: ${source}`);
    assert.deepEqual(outputs.filter(({ output_type }) => output_type === "error"), []);
  }
}

function plain({ outputs }: LabCell): string {
  return outputs.map(({ data }) =>
    [(data as Record<string, unknown>)?.["text/plain"]].flat().join("")
  )
    .join("\n");
}

/** The example notebook with its blocks, on a file of three passengers, in a folder below the project. */
async function labFolder() {
  const parent = join(ROOT, ".sluice", "tests");
  await Deno.mkdir(parent, { recursive: true });
  const folder = await Deno.makeTempDir({ dir: parent, prefix: "lab-" });
  for (const name of ["notebooks", "blocks"]) await Deno.mkdir(join(folder, name));
  for await (const { name } of Deno.readDir(join(ROOT, "blocks"))) {
    await Deno.copyFile(join(ROOT, "blocks", name), join(folder, "blocks", name));
  }
  const passengers = join(folder, "titanic.csv");
  await Deno.writeTextFile(passengers, PASSENGERS);
  const name = "notebooks/example_pipeline.ipynb";
  const notebook = JSON.parse(await Deno.readTextFile(join(ROOT, name)));
  notebook.metadata.kernelspec = { name: "sluice", display_name: "Deno (Sluice)" };
  for (const cell of notebook.cells) {
    const source = [cell.source].flat().join("");
    cell.source = source.replace(/const source = .*;/, `const source = "${passengers}";`)
      .replace(/const target = .*;/, `const target = "${join(folder, "clean.csv")}";`);
  }
  await Deno.writeTextFile(join(folder, name), JSON.stringify(notebook));
  return {
    folder,
    [Symbol.asyncDispose]: () => Deno.remove(folder, { recursive: true }),
  };
}

const PASSENGERS = `PassengerId,Survived,Pclass,Name,Sex,Age,SibSp,Parch,Ticket,Fare,Cabin,Embarked
1,0,3,"Braund, Mr. Owen",male,22,1,0,A/5 21171,7.25,,S
2,1,1,"Cumings, Mrs. John",female,38,1,0,PC 17599,71.2833,C85,C
3,1,3,"Heikkinen, Miss. Laina",female,,0,0,STON/O2,7.925,,S
`;
