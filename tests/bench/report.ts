/** Prints a case's results as a Markdown table and its goals below. @module */
import type { Case, Results } from "./case.ts";
import { median } from "./goals.ts";

/** The table of one case: a row for each contender, then a line for each goal. */
export function reportOf(measured: Case, results: Results): string {
  const first = [...results.values()][0]!;
  const rows = [...results.values()].map(({ contender, seconds, peakMb }) =>
    `| ${contender} | ${spread(seconds, median(seconds) < 0.1 ? 4 : 2)} | ${spread(peakMb, 0)} | ${
      (median(first.seconds) / median(seconds)).toFixed(2)
    } |`
  );
  const goals = measured.goals.map((goal) => {
    const value = goal.value(results);
    if (value === undefined) return `- ${goal.text}: not measured`;
    return `- ${goal.text}: ${Number(value.toPrecision(4))} ${
      value <= goal.limit ? "reached" : "MISSED"
    }`;
  });
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

function spread(values: readonly number[], digits: number): string {
  if (values.length === 0) return "–";
  const [least, most] = [Math.min(...values), Math.max(...values)];
  return `${median(values).toFixed(digits)} (${least.toFixed(digits)}–${most.toFixed(digits)})`;
}
