import assert from "node:assert/strict";
import { shownWidth, textTable } from "../../../runtime/commands/render/text_table.ts";

Deno.test("textTable() lines up cells by what is seen of them", () => {
  const red = (text: string) => `\u001b[31m${text}\u001b[39m`;
  assert.deepEqual(
    textTable([{ heading: "NAME" }, { heading: "ROWS", align: "right" }, { heading: "" }], [
      [red("taxi"), "12", "x"],
      ["a", "1,000", ""],
    ]),
    ["NAME   ROWS", `${red("taxi")}     12  x`, "a     1,000"],
  );
});

Deno.test("shownWidth() passes over escape codes", () => {
  assert.equal(shownWidth("\u001b[1m\u001b[32m✓ ok\u001b[39m\u001b[22m"), 4);
});
