/** Builds notebooks for tests out of cell sources. @module */

/** A cell's source, or what else there is to say of it. */
export type CellInput = string | {
  readonly source: string;
  readonly type?: "code" | "markdown" | "raw";
  readonly tags?: readonly string[];
  readonly metadata?: Readonly<Record<string, unknown>>;
};

/** The JSON text of a notebook; a source that begins with `# ` alone in its cell is Markdown. */
export function notebookOf(
  cells: readonly CellInput[],
  metadata: Readonly<Record<string, unknown>> = {},
): string {
  return JSON.stringify({
    nbformat: 4,
    nbformat_minor: 5,
    metadata: { kernelspec: { name: "deno", language: "typescript" }, ...metadata },
    cells: cells.map((input, at) => {
      const { source, type = "code", tags = [], metadata = {} } = typeof input === "string"
        ? { source: input }
        : input;
      return {
        cell_type: type,
        id: `cell-${at + 1}`,
        metadata: { ...metadata, ...tags.length > 0 ? { tags } : {} },
        source: source.split(/(?<=\n)/),
        ...type === "code" ? { outputs: [], execution_count: null } : {},
      };
    }),
  });
}

/** A cell of parameters. */
export function parametersOf(source: string): CellInput {
  return { source, tags: ["parameters"] };
}
