/** Rules of single reads: what a name may mean where it is read. @module */
import { suggestion } from "../table/nearest.ts";
import { cellOf, isBlockValue, type Program } from "./program.ts";
import type { Reach } from "./reach.ts";
import type { Report } from "./report.ts";
import { sluiceExports } from "./sluice_exports.ts";
import type { Definition, Read, Statement } from "./syntax.ts";

/** Reports reads that nothing answers, or that a run could not answer as the notebook does. */
export function reportReads(program: Program, reach: Reach, report: Report): void {
  for (const statement of reach.kept) {
    reportSharedUsing(statement, report);
    const isHoisted = reach.hoisted.has(statement);
    for (const read of statement.reads) {
      const text = readError(read, isHoisted, program);
      if (text !== undefined) report.at(statement.code.cell, read.start, text);
    }
  }
}

/** Shared code ends before the first block begins, and `using` ends with the code around it. */
function reportSharedUsing({ code, definitions }: Statement, report: Report): void {
  if (code.role === "block") return;
  for (const { kind, name, start } of definitions) {
    if (kind !== "using") continue;
    report.at(
      code.cell,
      start,
      `shared code holds \`${name}\` with \`using\`, which would be disposed before any block runs; open it in the block that needs it`,
    );
  }
}

function readError(read: Read, isHoisted: boolean, program: Program): string | undefined {
  const definition = program.resolve(read);
  if (definition === undefined) return unknownError(read, program);
  if (read.own !== undefined) {
    if (isHoisted && isBlockValue(definition)) return hoistedError(read, definition);
    return earlyError(read, definition, program);
  }
  if (read.isAssignment) {
    return `assigns to \`${read.name}\`, which cell ${
      cellOf(definition)
    } defines; define a new name here, such as \`new_${read.name}\``;
  }
  if (!isBlockValue(definition)) return undefined;
  if (isHoisted) return hoistedError(read, definition);
  if (read.statement.code.role !== "block") return sharedError(read, definition);
  return carriedError(read, definition);
}

function unknownError(read: Read, program: Program): string | undefined {
  const { name } = read;
  if (read.isGuarded || !read.isValue || program.isPartial || name in globalThis) return undefined;
  if (read.isAssignment) {
    return `assigns to \`${name}\`, which nothing declares; write \`const ${name} = …\` or \`let ${name} = …\``;
  }
  const nearest = suggestion(name, nearNames(program));
  if (sluiceExports().includes(name)) {
    return `reads \`${name}\`, which no cell defines; import it: \`import { ${name} } from "sluice";\``;
  }
  return `reads \`${name}\`, which no cell defines${
    nearest || "; define it in a cell above, or import it"
  }`;
}

function nearNames(program: Program): readonly string[] {
  const blocks = program.codes.flatMap(({ block }) => block ?? []);
  return [...program.names, ...blocks];
}

/** `const trips = trips.filter(…)`: live it reads the other cell's, compiled its own. */
function earlyError(read: Read, own: Definition, program: Program): string | undefined {
  if (!read.isValue || read.isTypeQuery || read.isInFunction || read.start >= own.readyAt) {
    return undefined;
  }
  const other = program.candidates(read).find((it) => cellOf(it) < cellOf(own));
  if (other === undefined) {
    return `reads \`${read.name}\` before it is defined; move its definition up`;
  }
  return `reads \`${read.name}\` of cell ${
    cellOf(other)
  } and defines it anew; give the new one a name of its own, such as \`new_${read.name}\``;
}

function sharedError({ name, statement }: Read, definition: Definition): string {
  const block = definition.statement.code.block ?? `cell ${cellOf(definition)}`;
  const what = statement.code.role === "parameters"
    ? "a parameter"
    : statement.definitions.some(({ kind }) => kind === "type")
    ? "a shared type"
    : statement.definitions.some(({ kind }) => kind === "function" || kind === "closure")
    ? "a shared function"
    : "shared code";
  const mend = what === "shared code"
    ? "make the cell a block: `//| transformer: name`"
    : what === "a parameter"
    ? "compute it in a block"
    : what === "a shared type"
    ? "write the type out, or move it into the block that uses it"
    : "pass it as an argument, or make the cell a block";
  return `${what} reads \`${name}\`, a value of block \`${block}\`; ${mend}`;
}

function hoistedError({ name }: Read, definition: Definition): string {
  return `a type that other cells use reads \`${name}\`, a value of block \`${
    definition.statement.code.block ?? `cell ${cellOf(definition)}`
  }\`; write the type out, without it`;
}

const CARRIED: Readonly<Record<string, string>> = {
  class: "class",
  closure: "function",
  enum: "enum",
  function: "function",
  using: "`using` value",
};

function carriedError({ name }: Read, { kind, statement }: Definition): string | undefined {
  const what = CARRIED[kind];
  if (what === undefined) return undefined;
  const where = statement.code.block ?? `cell ${statement.code.cell.index}`;
  const mend = kind === "using"
    ? "open it in this block too"
    : "move it to a cell of its own, without a header";
  return `reads \`${name}\`, a ${what} defined inside block \`${where}\`, which cannot travel between blocks; ${mend}`
    .replace(", a enum", ", an enum");
}
