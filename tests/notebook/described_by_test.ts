import assert from "node:assert/strict";
import { parseNotebook } from "../../runtime/notebook/parse_notebook.ts";

const CASES: readonly (readonly [what: string, markdown: string, description?: string])[] = [
  ["the first paragraph", "# Taxi\n\nLoads\ntrips. Twice.\n\nMore.", "Loads trips. Twice."],
  ["a line right below the heading", "# Taxi\nLoads trips.", "Loads trips."],
  ["the heading where that is all", "## Taxi trips\n", "Taxi trips"],
  ["the text and no code or table", "# T\n\n```ts\nx\n```\n\n| a |\n\nHere.", "Here."],
  ["nothing", ""],
];

for (const [what, source, description] of CASES) {
  Deno.test(`describedBy() is ${what}`, () => {
    const cells = [{ cell_type: "markdown", metadata: {}, source }];
    const text = JSON.stringify({ nbformat: 4, cells });
    assert.equal(parseNotebook(text, "/n.ipynb").description, description);
  });
}

Deno.test("parseNotebook() takes the description that the metadata has before the first words", () => {
  const cells = [{ cell_type: "markdown", metadata: {}, source: "Words." }];
  const metadata = { sluice: { description: "Declared." } };
  const text = JSON.stringify({ nbformat: 4, metadata, cells });
  assert.equal(parseNotebook(text, "/n.ipynb").description, "Declared.");
});
