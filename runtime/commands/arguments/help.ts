/** What `--help` prints: how a command is called, and a line for each of its arguments and options. @module */
import { calledAs } from "../../context/executable.ts";
import type { Command, Read } from "./command.ts";

type Line = readonly [name: string, text: string];

/** A command's help, in lines of at most `width` characters where descriptions can be broken.
 *
 * @example
 * ```ts
 * import { Command } from "./command.ts";
 * import { helpText } from "./help.ts";
 * console.log(helpText(new Command("list", "list the pipelines").option("--json", "print JSON")));
 * ``` */
export function helpText(command: Command, { width = 80 }: { width?: number } = {}): string {
  const { name, summary, notes } = command;
  const usage = [calledAs(name), "[options]", ...command.arguments.map((it) => it.usage)];
  const sections = [
    { title: "Arguments", lines: command.arguments.map((it): Line => [it.name, described(it)]) },
    {
      title: "Options",
      lines: [
        ...command.options.map((it): Line => [it.usage, described(it)]),
        ["-h, --help", "show this help"] as const,
      ],
    },
  ];
  return [`Usage: ${usage.join(" ")}`, summary, ...blocksOf(sections, width), notes]
    .filter((block) => block !== "").join("\n\n");
}

/** What is printed where no command is named: each with its summary. */
export function overviewText(
  commands: readonly { readonly name: string; readonly summary: string }[],
  { width = 80 }: { width?: number } = {},
): string {
  const sections = [
    { title: "Options", lines: [["-h, --help", "show this help"] as const] },
    { title: "Commands", lines: commands.map(({ name, summary }): Line => [name, summary]) },
  ];
  return [
    `Usage: ${calledAs("<command>")} [options]`,
    "Sluice: a Jupyter notebook as a data pipeline",
    ...blocksOf(sections, width),
  ].join("\n\n");
}

function described(
  { description, read, fallback }: {
    readonly description: string;
    readonly read: Read | undefined;
    readonly fallback?: unknown;
  },
): string {
  const known = [
    ...(read?.choices
      ? [`choices: ${read.choices.map((it) => JSON.stringify(it)).join(", ")}`]
      : []),
    ...(fallback === undefined || fallback === true
      ? []
      : [`default: ${JSON.stringify(fallback)}`]),
  ];
  return [description, ...(known.length > 0 ? [`(${known.join(", ")})`] : [])].join(" ").trim();
}

/** Each section with its title; the names of all stand in one column. */
function blocksOf(
  sections: readonly { readonly title: string; readonly lines: readonly Line[] }[],
  width: number,
): string[] {
  const column = Math.max(...sections.flatMap(({ lines }) => lines.map(([name]) => name.length))) +
    4;
  return sections.filter(({ lines }) => lines.length > 0).map(({ title, lines }) =>
    [`${title}:`, ...lines.flatMap((line) => broken(line, { column, width }))].join("\n")
  );
}

function broken(
  [name, text]: Line,
  { column, width }: { readonly column: number; readonly width: number },
): string[] {
  const rows = [""];
  for (const word of text.split(" ")) {
    const row = rows.at(-1) as string;
    if (row !== "" && row.length + 1 + word.length > width - column) rows.push(word);
    else rows[rows.length - 1] = row === "" ? word : `${row} ${word}`;
  }
  return rows.map((row, at) => (at === 0 ? `  ${name}` : "").padEnd(column) + row);
}
