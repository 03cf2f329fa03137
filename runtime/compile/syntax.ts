/** What the compiler knows of a cell's code: statements, what they define and what they read.
 *  Types alone, the same for TypeScript and SQL cells. @module */
import type { NotebookCell } from "../notebook/notebook.ts";

/** An AST element; positions are offsets into the cell's source. */
export interface SyntaxElement {
  readonly type: string;
  readonly start: number;
  readonly end: number;
  readonly [key: string]: unknown;
}

/** A half-open span of a cell's source. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

/** A change to a cell's text on its way into the module. */
export interface Edit extends Span {
  readonly text: string;
}

export type DefinitionKind =
  | "value"
  | "closure"
  | "function"
  | "class"
  | "enum"
  | "using"
  | "import"
  | "type"
  | "ambient";

export interface Definition {
  readonly name: string;
  readonly kind: DefinitionKind;
  readonly isType: boolean;
  readonly isValue: boolean;
  /** The name itself. */
  readonly start: number;
  readonly statement: Statement;
  /** Reads of the own name before this offset come too early; 0 where the name is hoisted. */
  readonly readyAt: number;
  /** For imports: module and imported name, by which two imports are the same. */
  readonly source: string | undefined;
}

export interface Read {
  readonly name: string;
  readonly start: number;
  readonly isType: boolean;
  readonly isValue: boolean;
  /** `typeof name` in a type. */
  readonly isTypeQuery: boolean;
  /** `typeof name` in code: no error where nothing defines it. */
  readonly isGuarded: boolean;
  readonly isAssignment: boolean;
  /** Inside a function that is defined, not called, here. */
  readonly isDeferred: boolean;
  /** Inside any function. */
  readonly isInFunction: boolean;
  readonly statement: Statement;
  /** The definition in the same cell. */
  readonly own: Definition | undefined;
}

export interface Statement extends Span {
  readonly code: CellCode;
  readonly element: SyntaxElement | undefined;
  /** Where the comments begin that stand directly above. */
  readonly top: number;
  readonly definitions: Definition[];
  readonly reads: Read[];
  /** Evaluating it has no effect but its definitions. */
  readonly isPure: boolean;
}

/** A module that a cell's code names in place: `import("../blocks/taxi.ts")`. */
export interface ModuleName extends Span {
  readonly specifier: string;
}

/** `postgres("dev")`: the callee's first name, the method's if any, and what stands in parentheses. */
export interface LiteralCall {
  readonly callee: string;
  readonly method: string | undefined;
  readonly argument: string | undefined;
  readonly statement: Statement;
}

export type Role = "block" | "parameters" | "shared";

export interface CellCode {
  readonly cell: NotebookCell;
  readonly role: Role;
  /** The block's name. */
  readonly block: string | undefined;
  readonly statements: readonly Statement[];
  /** Spans whose lines may not be indented: template literals and continued strings. */
  readonly fixed: readonly Span[];
  /** Changes that the code needs wherever it stands. */
  readonly escapes: readonly Edit[];
  readonly moduleNames: readonly ModuleName[];
  readonly calls: readonly LiteralCall[];
  /** For SQL cells: how the statement is written in TypeScript. */
  readonly sql: SqlCode | undefined;
}

/** A SQL cell in TypeScript: `edits` turn its text into the inside of a template literal. */
export interface SqlCode extends Span {
  readonly edits: readonly Edit[];
  /** Names that the template interpolates, tables of upstream blocks already resolved. */
  readonly output: string | undefined;
  /** False for DDL and the like, which give no rows. */
  readonly hasRows: boolean;
}
