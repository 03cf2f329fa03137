import assert from "node:assert/strict";
import { Command, oneOf } from "../../../runtime/commands/arguments/command.ts";
import { parse } from "../../../runtime/commands/arguments/parse.ts";
import { countOption, variableOption } from "../../../runtime/commands/options.ts";

/** A command with every kind of argument and option. */
function sample(): Command {
  return new Command("sample", "is parsed here")
    .argument("<pipeline>", "one")
    .argument("[more...]", "the rest")
    .option("-n, --limit <count>", "a number", { read: countOption, fallback: 20 })
    .option("-q, --quiet", "a switch")
    .option("-v", "a letter alone")
    .option("--var <name=value>", "may be repeated", { read: variableOption })
    .option("--keep-as <which>", "one of some", { read: oneOf(["all", "none"]) })
    .option("--host <name...>", "several")
    .option("--no-wait", "true unless given");
}

const TAKEN: readonly (readonly [typed: string, args: unknown, opts: Record<string, unknown>])[] = [
  ["a", ["a", []], {}],
  ["a b c", ["a", ["b", "c"]], {}],
  ["-q a -n 3", ["a", []], { quiet: true, limit: 3 }],
  ["--limit=3 a", ["a", []], { limit: 3 }],
  ["-n3 a", ["a", []], { limit: 3 }],
  ["-qn3 a", ["a", []], { quiet: true, limit: 3 }],
  ["a --var x=1 --var=y=2=3", ["a", []], { var: { x: "1", y: "2=3" } }],
  ["a --var x=--quiet", ["a", []], { var: { x: "--quiet" } }],
  ["a --keep-as none", ["a", []], { keepAs: "none" }],
  ["a --host x y --quiet", ["a", []], { host: ["x", "y"], quiet: true }],
  ["--host x --host=y -- a -q", ["a", ["-q"]], { host: ["x", "y"] }],
  ["a --no-wait", ["a", []], { wait: false }],
  ["a -", ["a", ["-"]], {}],
  ["-- --help", ["--help", []], {}],
];

for (const [typed, args, opts] of TAKEN) {
  Deno.test(`parse() takes sample ${typed}`, async () => {
    const parsed = await parse(sample(), typed.split(" "));
    assert.deepEqual(parsed?.args(), args);
    assert.deepEqual(parsed?.opts(), { limit: 20, wait: true, ...opts });
  });
}

const REFUSED: readonly (readonly [typed: string, message: string])[] = [
  ["", "Missing required argument 'pipeline'\nSee deno task sample --help"],
  ["a --limt 3", "Unknown option '--limt'; did you mean `--limit`?"],
  ["a --limt=3", "Unknown option '--limt'; did you mean `--limit`?"],
  ["a -x", "Unknown option '-x'"],
  ["a -qx", "Unknown option '-x'"],
  ["a --quiet=1", "Option '-q, --quiet' takes no value: leave out =1"],
  ["a --limit", "Option '-n, --limit <count>' argument missing"],
  [
    "a --limit=",
    "Option '-n, --limit <count>' argument '' is invalid: write a whole number from 1",
  ],
  [
    "a --keep-as some",
    "Option '--keep-as <which>' argument 'some' is invalid: Allowed choices are all, none",
  ],
  [
    "a --var x=1 --var x=2",
    "Option '--var <name=value>' argument 'x=2' is invalid: x is given twice",
  ],
];

for (const [typed, message] of REFUSED) {
  Deno.test(`parse() refuses sample ${typed}`, async () => {
    await assert.rejects(parse(sample(), typed.split(" ").filter(Boolean)), {
      name: "UsageError",
      message,
    });
  });
}

Deno.test("parse() refuses too many arguments", async () => {
  const command = new Command("two").argument("<a>", "").argument("[b]", "");
  await assert.rejects(parse(command, ["1", "2", "3"]), {
    message: "Too many arguments for 'two': Expected 2 arguments but got 3: 1, 2, 3\n" +
      "See deno task two --help",
  });
});

Deno.test("parse() refuses a command without an option that it needs", async () => {
  const command = new Command("span").requiredOption("--start <date>", "");
  await assert.rejects(parse(command, []), {
    message: "Required option '--start <date>' not specified",
  });
});

for (const typed of ["-h", "a --help", "--quiet -h"]) {
  Deno.test(`parse() gives nothing where help is asked for: ${typed}`, async () => {
    assert.equal(await parse(sample(), typed.split(" ")), undefined);
  });
}
