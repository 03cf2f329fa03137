/** Prints a case's results as a Markdown table and its goals below. @module */
import type { Case, Goal, Results } from "./case.ts";
import { median } from "./goals.ts";

/** The table of one case: a row for each contender, then a line for each goal. */
export function reportOf(measured: Case, results: Results): string {
  const first = [...results.values()][0]!;
  const rows = [...results.values()].map(({ contender, seconds, peakMb }) =>
    `| ${contender} | ${spread(seconds, median(seconds) < 0.1 ? 4 : 2)} | ${spread(peakMb, 0)} | ${
      (median(first.seconds) / median(seconds)).toFixed(2)
    } |`
  );
  const goals = measured.goals.map((goal) => `- ${shownGoal(goal, results)}`);
  return [
    `**${measured.title}**`,
    "",
    `| | seconds: median (min–max) | peak MB | ${first.contender} ÷ it |`,
    "| --- | --- | --- | --- |",
    ...rows,
    "",
    ...goals,
    "",
  ].join("\n");
}

/** A goal, its figure, and whether it was reached. */
export function shownGoal(goal: Goal, results: Results): string {
  const value = goal.value(results);
  if (value === undefined) return `${goal.text}: not measured`;
  const shown = Number(value.toPrecision(4));
  return `${goal.text}: ${shown} ${value <= goal.limit ? "reached" : "MISSED"}`;
}

/** The median, least and most of `values`; a dash where there are none. */
export function spread(values: readonly number[], digits: number): string {
  if (values.length === 0) return "–";
  const [least, most] = [Math.min(...values), Math.max(...values)];
  return `${median(values).toFixed(digits)} (${least.toFixed(digits)}–${most.toFixed(digits)})`;
}
