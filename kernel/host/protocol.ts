/** What the front and the kernel inside say to each other. Types and names alone. @module */

/** Under this symbol the prelude stands in the host's globals. */
export const HOST_SYMBOL = "sluice.kernel";

/** Under this symbol stands what is evaluated as the stock kernel's own script. */
export const REPL_SYMBOL = "sluice.repl";

/** In this variable the front tells its process's number. */
export const FRONT_VARIABLE = "SLUICE_KERNEL_FRONT";

/** The type of the message that answers a call. */
export const ANSWER = "sluice_answer";

/** The names that a cell takes from a module. */
export interface HostImport {
  /** Absolute, or bare. */
  readonly specifier: string;
  readonly names: readonly ImportedName[];
  /** The `with { type: "json" }` of the import. */
  readonly attributes: Readonly<Record<string, string>> | undefined;
}

/** A name as the module exports it (`*` for all), and as cells call it. */
export interface ImportedName {
  readonly imported: string;
  readonly local: string;
}

/** A cell ready to be evaluated. */
export interface HostCell {
  /** The request's id: outputs name it. */
  readonly id: string;
  readonly imports: readonly HostImport[];
  /** Names that the cell defines: globals to all others. */
  readonly names: readonly string[];
  /** Names that it reads from other cells. */
  readonly reads: readonly string[];
  /** An expression that gives a promise of `[value]` or of nothing; or a module that exports such
   *  a function by default. */
  readonly code: string;
  readonly isModule: boolean;
  readonly context: HostContext;
}

/** What `run` and the functions of "sluice" are told about the cell that calls them. */
export interface HostContext {
  /** The same for all cells of a session, and another in each session. */
  readonly session: string;
  /** How many cells were run before. */
  readonly count: number;
  readonly pipeline: string;
  readonly block: string | undefined;
  readonly notebookFolder: string;
  readonly projectFolder: string;
  readonly profile: string | undefined;
  /** The names of the notebook's parameters. */
  readonly parameters: readonly string[];
  /** The execution date that the session was given, as text. */
  readonly executionDate: string | undefined;
}

/** An error as it travels out of the host. */
export interface HostError {
  readonly name: string;
  readonly message: string;
  readonly stack: string;
  readonly cause?: HostError;
  readonly errors?: readonly HostError[];
}

/** What came of a cell. */
export interface HostResult {
  /** Names whose values are others than before. */
  readonly changed: readonly string[];
  /** The last expression's value in its media types; none where it has no value. */
  readonly data?: Readonly<Record<string, unknown>>;
  readonly error?: HostError;
  /** Which of the cell's imports failed. */
  readonly failedImport?: number;
}

/** A value as documentation shows it. */
export interface HostDescription {
  readonly type: string;
  readonly text: string;
  /** A function's or class's source. */
  readonly source: string | undefined;
  /** The module that a cell imported it from, and its name there. */
  readonly from: { readonly url: string; readonly name: string } | undefined;
}

/** Everything that the front may call in the host; each answer is JSON. */
export interface Host {
  runCell(cell: HostCell): Promise<HostResult>;
  /** Aborts the cell's signal; its later output is dropped. */
  abandon(id: string): void;
  /** What stands behind an expression of names and dots. */
  describe(expression: string): HostDescription | undefined;
  /** Which of these names have a value. */
  defined(names: readonly string[]): readonly string[];
  /** Closes the connections that cells opened. */
  close(): Promise<void>;
}
