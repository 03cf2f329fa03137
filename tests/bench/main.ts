/** `deno task bench [case…]`: Sluice and its rivals on the same file and the same server, in turn.
 *  Prints a table for each case and appends the figures to `.sluice/bench/results.jsonl`; with
 *  `--assert` a missed goal makes it exit with 1, with `--readme` the README's table is made anew from
 *  the newest figures of each case. @module */
import { cpus, totalmem } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { Bench } from "./bench.ts";
import { type Case, runContenders } from "./case.ts";
import { missedGoals } from "./goals.ts";
import { type Measured, writeReadme } from "./readme.ts";
import { reportOf } from "./report.ts";

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    assert: { type: "boolean", default: false },
    readme: { type: "boolean", default: false },
    rounds: { type: "string", default: "3" },
  },
});
const rounds = Number(values.rounds);
if (!Number.isInteger(rounds) || rounds < 1) {
  refuse(`Cannot bench: --rounds is ${values.rounds}; write a whole number from 1`);
}
const known = await readCases();
const chosen = chooseCases(known, positionals);
let missed = 0;
await using bench = new Bench();
await Deno.mkdir(bench.folder, { recursive: true });
const resultsFile = join(bench.folder, "results.jsonl");
console.log(`${machine()}; ${rounds} rounds in turn after one that is not counted\n`);
for (const measured of chosen) {
  const results = await runContenders(await measured.contenders(bench), { rounds });
  console.log(reportOf(measured, results));
  missed += missedGoals(measured.goals, results).length;
  const line: Measured = {
    at: new Date().toISOString(),
    machine: machine(),
    case: measured.name,
    results: [...results.values()],
  };
  await Deno.writeTextFile(resultsFile, JSON.stringify(line) + "\n", { append: true });
}
if (values.readme) await writeReadme(bench.root, known, await readResults());
if (values.assert && missed > 0) {
  console.error(`goals missed or not measured: ${missed}`);
  Deno.exitCode = 1;
}

/** The cases of every file in `cases/`, in the order of the files' names. */
async function readCases(): Promise<readonly Case[]> {
  const folder = join(import.meta.dirname!, "cases");
  const files = [...Deno.readDirSync(folder)].map(({ name }) => name).sort();
  const cases: Case[] = [];
  for (const file of files) {
    const module = await import(`./cases/${file}`) as { readonly cases: readonly Case[] };
    cases.push(...module.cases);
  }
  return cases;
}

function chooseCases(cases: readonly Case[], names: readonly string[]): readonly Case[] {
  const unknown = names.find((name) => !cases.some((known) => known.name === name));
  if (unknown !== undefined) {
    refuse(
      `Cannot bench ${unknown}: there is no such case; the cases: ${
        cases.map(({ name }) => name).join(", ")
      }`,
    );
  }
  return names.length === 0 ? cases : cases.filter(({ name }) => names.includes(name));
}

/** Wrong use is one line, as with every command. */
function refuse(text: string): never {
  console.error(text);
  Deno.exit(2);
}

async function readResults(): Promise<readonly Measured[]> {
  const lines = (await Deno.readTextFile(resultsFile)).trimEnd().split("\n");
  return lines.map((line) => JSON.parse(line) as Measured);
}

function machine(): string {
  const gigabytes = Math.round(totalmem() / 2 ** 30);
  return `${cpus().length} cores (${cpus()[0]?.model.trim()}), ${gigabytes} GiB, ` +
    `Deno ${Deno.version.deno}`;
}
