/** Writes the newest figures of each case into the README, between its two marks. @module */
import { join } from "node:path";
import type { Case, Result, Results } from "./case.ts";
import { shownGoal, spread } from "./report.ts";
import { median } from "./goals.ts";

const BEGIN = "<!-- bench -->";
const END = "<!-- /bench -->";

/** One case's figures as `results.jsonl` keeps them. */
export interface Measured {
  /** When, as ISO 8601 in UTC. */
  readonly at: string;
  readonly machine: string;
  readonly case: string;
  readonly results: readonly Result[];
}

/** Puts the newest of `lines` for each of `cases` into the README of `root`.
 *
 * @throws {Error} when the README has no place for them. */
export async function writeReadme(
  root: string,
  cases: readonly Case[],
  lines: readonly Measured[],
): Promise<void> {
  const path = join(root, "README.md");
  const text = await Deno.readTextFile(path);
  const [begin, end] = [text.indexOf(BEGIN), text.indexOf(END)];
  if (begin < 0 || end < begin) throw new Error(`${path} lacks the lines ${BEGIN} and ${END}`);
  const table = tableOf(cases, lines);
  await Deno.writeTextFile(
    path,
    `${text.slice(0, begin + BEGIN.length)}\n\n${table}\n\n${text.slice(end)}`,
  );
}

function tableOf(cases: readonly Case[], lines: readonly Measured[]): string {
  const newest = cases.flatMap((measured) => {
    const line = lines.findLast((one) => one.case === measured.name);
    return line ? [{ measured, line }] : [];
  });
  const machines = [...new Set(newest.map(({ line }) => line.machine))].join("; ");
  const figures = newest.flatMap(({ measured, line }) =>
    line.results.map(({ contender, seconds, peakMb }, index) =>
      row([
        index === 0 ? measured.title : "",
        contender,
        spread(seconds, median(seconds) < 0.1 ? 4 : 2),
        spread(peakMb, 0),
      ])
    )
  );
  const goals = newest.flatMap(({ measured, line }) => {
    const results: Results = new Map(line.results.map((result) => [result.contender, result]));
    return measured.goals.map((goal, index) =>
      row([index === 0 ? measured.title : "", shownGoal(goal, results)])
    );
  });
  return [
    `On ${machines}:`,
    "",
    row(["What", "Who", "Seconds: median (min–max)", "Peak MB"]),
    row(["---", "---", "---", "---"]),
    ...figures,
    "",
    "What is asked of them:",
    "",
    row(["What", "Goal: seen"]),
    row(["---", "---"]),
    ...goals,
  ].join("\n");
}

function row(cells: readonly string[]): string {
  return `| ${cells.map((cell) => cell.replaceAll("|", "\\|")).join(" | ")} |`;
}
