/** Rules of blocks' names and of the blocks that headers name. @module */
import { suggestion } from "../table/nearest.ts";
import type { Header, NotebookCell } from "../notebook/notebook.ts";
import type { Program } from "./program.ts";
import type { Reach } from "./reach.ts";
import type { Report } from "./report.ts";

/** Words that JavaScript keeps, also in modules, and the names no function may shadow. */
const RESERVED = new Set(
  ("arguments as async await break case catch class const continue debugger default delete do else " +
    "enum eval export extends false finally for from function get if implements import in instanceof " +
    "interface let new null of package private protected public return set static super switch this " +
    "throw true try type typeof undefined using var void while with yield").split(" "),
);

/** Reports block names that cannot be used, and `upstream` and `of` that name no block. */
export function reportBlockNames(program: Program, reach: Reach, report: Report): void {
  const cells = program.notebook.cells.filter(({ header }) => header !== undefined);
  const names = cells.flatMap(({ header }) => header?.name ?? []);
  const first = new Map<string, NotebookCell>();
  for (const cell of cells) {
    const header = cell.header as Header;
    const text = nameError(header.name) ?? takenError(header.name, first, program, reach);
    if (text !== undefined) report.atKey(cell, header.kind, text);
    if (!first.has(header.name)) first.set(header.name, cell);
    reportUpstream(cell, header, cells, report);
    for (const name of header.of) {
      if (names.includes(name)) continue;
      report.atKey(cell, "of", `\`of\` names \`${name}\`, which is no block${mend(name, names)}`);
    }
  }
}

function nameError(name: string): string | undefined {
  if (RESERVED.has(name)) {
    return `a block cannot be called \`${name}\`, a word of the language; name what it does`;
  }
  if (/^[a-z][a-z0-9_]*$/.test(name)) return undefined;
  const snake = name.normalize("NFKD").replaceAll(/\p{M}/gu, "").replaceAll(
    /([a-z0-9])([A-Z])/g,
    "$1_$2",
  )
    .toLowerCase().replaceAll(/[^a-z0-9]+/g, "_").replaceAll(/^[_0-9]+|_+$/g, "");
  const better = snake === "" ? "in ASCII snake_case" : `\`${snake}\``;
  return `a block's name is ASCII snake_case, and this is ${
    JSON.stringify(name)
  }; call it ${better}`;
}

function takenError(
  name: string,
  first: ReadonlyMap<string, NotebookCell>,
  program: Program,
  reach: Reach,
): string | undefined {
  const other = first.get(name);
  if (other) return `cell ${other.index} is called \`${name}\` too; rename one of them`;
  const [variable] = program.definitions(name);
  if (variable) {
    return `\`${name}\` is also a variable of cell ${variable.statement.code.cell.index}; rename the block, for example to \`make_${name}\``;
  }
  const reader = [...reach.kept].find(({ reads }) =>
    reads.some((read) => read.name === name && program.resolve(read) === undefined)
  );
  if (reader === undefined) return undefined;
  return `\`${name}\` is also a global that cell ${reader.code.cell.index} uses; rename the block, for example to \`make_${name}\``;
}

function reportUpstream(
  cell: NotebookCell,
  header: Header,
  cells: readonly NotebookCell[],
  report: Report,
): void {
  const above = cells.filter(({ index }) => index < cell.index)
    .flatMap(({ header: it }) => it?.name ?? []);
  for (const name of header.upstream) {
    if (above.includes(name)) continue;
    const below = cells.find((other) => other.header?.name === name);
    const text = name === header.name
      ? "which is this block itself; leave it out"
      : below
      ? `which stands below, in cell ${below.index}; move that cell up`
      : `which is no block above${mend(name, above)}`;
    report.atKey(cell, "upstream", `\`upstream\` names \`${name}\`, ${text}`);
  }
}

function mend(name: string, names: readonly string[]): string {
  if (names.length === 0) return "; there is none";
  return suggestion(name, names) || `; there are ${names.slice(0, 8).join(", ")}`;
}
