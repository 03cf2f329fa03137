import assert from "node:assert/strict";
import { Command, oneOf } from "../../../runtime/commands/arguments/command.ts";
import { helpText, overviewText } from "../../../runtime/commands/arguments/help.ts";

Deno.test("helpText() tells how a command is called, with its defaults and choices, in lines that fit", () => {
  const command = new Command("draw", "draw something")
    .argument("<pipeline>", "what to draw")
    .argument("[colours...]", "in which colours", { read: oneOf(["red", "blue"]) })
    .option("-s, --size <count>", "how large, in centimetres of paper", { fallback: 3 })
    .option("--json", "as JSON")
    .note("Paste it somewhere.");
  assert.equal(
    helpText(command, { width: 50 }),
    `Usage: deno task draw [options] <pipeline> [colours...]

draw something

Arguments:
  pipeline            what to draw
  colours             in which colours (choices:
                      "red", "blue")

Options:
  -s, --size <count>  how large, in centimetres of
                      paper (default: 3)
  --json              as JSON
  -h, --help          show this help

Paste it somewhere.`,
  );
});

Deno.test("helpText() leaves out what a command does not have", () => {
  assert.equal(
    helpText(new Command("list", "list all")),
    "Usage: deno task list [options]\n\nlist all\n\nOptions:\n  -h, --help  show this help",
  );
});

Deno.test("overviewText() gives every command its line", () => {
  const commands = [{ name: "run", summary: "run it" }, { name: "graph", summary: "draw it" }];
  assert.match(overviewText(commands), /\nCommands:\n {2}run {9}run it\n {2}graph {7}draw it$/);
});
