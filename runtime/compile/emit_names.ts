/** What all emitters of one module share: the program, and names that clash with none of its own. @module */
import type { ModuleNaming } from "./imports.ts";
import type { Program } from "./program.ts";
import type { Reach } from "./reach.ts";
import type { Definition } from "./syntax.ts";

/** Names of the compiler's own, as they are in one module. */
export interface Names {
  readonly given: string;
  readonly givenType: string;
  readonly output: string;
  readonly pipeline: string;
  readonly blocks: string;
  readonly sql: string;
  readonly postgres: string;
  readonly bigquery: string;
}

/** What emitters are given. */
export interface Emission {
  readonly program: Program;
  readonly reach: Reach;
  readonly naming: ModuleNaming;
  readonly names: Names;
  /** Everything that kept code reads. */
  readonly read: ReadonlySet<Definition>;
}

/** Gathers what the emitters of one module need. */
export function prepareEmission(program: Program, reach: Reach, naming: ModuleNaming): Emission {
  const read = new Set<Definition>();
  for (const { reads } of reach.kept) {
    for (const it of reads) {
      const definition = it.isAssignment ? undefined : program.resolve(it);
      if (definition) read.add(definition);
    }
  }
  return { program, reach, naming, names: chooseNames(program, reach), read };
}

/** The local name of what some cell imports from "sluice", if one does. */
export function importedFromSluice(name: string, reach: Reach): string | undefined {
  for (const definition of reach.imports) {
    if (definition.source === `sluice#${name}`) return definition.name;
  }
  return undefined;
}

/** Clear of everything that the notebook defines, reads or calls a block. */
function chooseNames(program: Program, reach: Reach): Names {
  const taken = new Set(program.names);
  for (const { block, statements } of program.codes) {
    if (block !== undefined) taken.add(block);
    for (const { reads } of statements) for (const { name } of reads) taken.add(name);
  }
  const free = (name: string): string => taken.has(name) ? free(`${name}_`) : name;
  return {
    given: free("given"),
    givenType: free("Given"),
    output: free("Output"),
    pipeline: free("pipeline"),
    blocks: free("blocks"),
    sql: importedFromSluice("sql", reach) ?? free("sql"),
    postgres: importedFromSluice("postgres", reach) ?? free("postgres"),
    bigquery: importedFromSluice("bigquery", reach) ?? free("bigquery"),
  };
}
