/** Our kernel under Jupyter's own clients, as they come. @module */
import assert from "node:assert/strict";
import { join } from "node:path";
import type { Jupyter } from "../../kernel/jupyter.ts";
import { testJupyter } from "../services/jupyter.ts";
import { testWith } from "../services/tools.ts";

const jupyter = await testJupyter();

const LOST = `
import json, nbformat
from nbclient import NotebookClient

def executed(sources):
    notebook = nbformat.v4.new_notebook()
    notebook.cells = [nbformat.v4.new_code_cell(source) for source in sources]
    NotebookClient(notebook, kernel_name="sluice", timeout=60).execute()
    return notebook.cells

logs = executed([f"for (let i = 0; i < 200; i++) console.log('cell {c} line', i);" for c in range(60)])
lines = ["".join(o["text"] for o in c.outputs if o.output_type == "stream").count("line") for c in logs]
results = executed([f"{c} * 2" for c in range(200)])
values = [[o["data"]["text/plain"] for o in c.outputs if o.output_type == "execute_result"] for c in results]
print(json.dumps({"lines": lines, "values": values}))
`;

testWith(
  "stock nbclient gets every line and every result of our kernel",
  jupyter,
  async (jupyter) => {
    const { lines, values } = JSON.parse(await python(jupyter, LOST));
    assert.deepEqual(lines, Array(60).fill(200));
    assert.deepEqual(values, Array.from({ length: 200 }, (_, cell) => [`${cell * 2}`]));
  },
);

const CONVERTED = `
import json, nbformat
from nbconvert.preprocessors import ExecutePreprocessor
from nbconvert.exporters import NotebookExporter

notebook = nbformat.v4.new_notebook()
notebook.cells = [
    nbformat.v4.new_code_cell(f"for (let i = 0; i < 200; i++) console.log('cell {c} line', i); {c} * 2")
    for c in range(10)
]
ExecutePreprocessor(kernel_name="sluice", timeout=60).preprocess(notebook, {})
text, _ = NotebookExporter().from_notebook_node(notebook)
cells = json.loads(text)["cells"]
print(json.dumps([
    [
        "".join("".join(o["text"]) for o in c["outputs"] if o["output_type"] == "stream").count("line"),
        *["".join(o["data"]["text/plain"]) for o in c["outputs"] if o["output_type"] == "execute_result"],
    ]
    for c in cells
]))
`;

testWith("nbconvert gets every line and every result of our kernel", jupyter, async (jupyter) => {
  assert.deepEqual(
    JSON.parse(await python(jupyter, CONVERTED)),
    Array.from({ length: 10 }, (_, cell) => [200, `${cell * 2}`]),
  );
});

const KERNEL_TEST = `
import unittest
import jupyter_kernel_test

class SluiceTests(jupyter_kernel_test.KernelTests):
    kernel_name = "sluice"
    language_name = "typescript"
    file_extension = ".ts"
    code_hello_world = "console.log('hello, world')"
    code_stderr = "console.error('oops')"
    completion_samples = [
        {"text": "Math.ma", "matches": {"max"}},
        {"text": "const inThisCell = 1;\\ninThis", "matches": {"inThisCell"}},
    ]
    complete_code_samples = ["1 + 1", "function f() {\\n  return 1;\\n}"]
    incomplete_code_samples = ["function f() {", "[1, 2", "console.log("]
    invalid_code_samples = ["const = 1", "import 7q"]
    code_generate_error = "throw new Error('on purpose')"
    code_execute_result = [{"code": "6 * 7", "result": "42"}]
    code_display_data = [
        {"code": "await Deno.jupyter.display(Deno.jupyter.html\`<b>b</b>\`)", "mime": "text/html"},
    ]
    code_inspect_sample = "console"
    code_history_pattern = "6*7*"
    supported_history_operations = ("tail", "range", "search")
    code_clear_output = "await Deno.jupyter.broadcast('clear_output', { wait: false })"

unittest.main(verbosity=2)
`;

/** Groups of jupyter_kernel_test that must pass; the rest asks for what no kernel of TypeScript has. */
const GROUPS = [
  "test_clear_output",
  "test_completion",
  "test_display_data",
  "test_error",
  "test_execute_result",
  "test_execute_stderr",
  "test_execute_stdout",
  "test_history",
  "test_inspect",
  "test_is_complete",
  "test_kernel_info",
];

testWith("jupyter_kernel_test passes on our kernel", jupyter, async (jupyter) => {
  const said = await python(jupyter, KERNEL_TEST, "stderr");
  assert.doesNotMatch(said, /^(FAIL|ERROR):/m, said);
  for (const group of GROUPS) assert.match(said, new RegExp(`^${group} .*ok$`, "m"), said);
});

async function python(
  { python, folder }: Jupyter,
  script: string,
  stream: "stdout" | "stderr" = "stdout",
): Promise<string> {
  const place = await Deno.makeTempDir({ prefix: "sluice-jupyter-" });
  try {
    const file = join(place, "script.py");
    await Deno.writeTextFile(file, script);
    const ran = await new Deno.Command(python, {
      args: [file],
      cwd: place,
      env: { JUPYTER_PATH: join(folder, "share", "jupyter"), NO_COLOR: "1", IPYTHONDIR: place },
    }).output();
    const text = new TextDecoder().decode(ran[stream]);
    assert.ok(ran.success, new TextDecoder().decode(ran.stderr));
    return text;
  } finally {
    await Deno.remove(place, { recursive: true });
  }
}
