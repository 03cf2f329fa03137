/** A notebook of trivial blocks in a chain, to measure what a block itself costs. @module */

/** The JSON of a notebook with `blocks` blocks, each reading the one before. */
export function chainNotebook(blocks: number): string {
  const cells = Array.from({ length: blocks }, (_, index) => ({
    cell_type: "code",
    execution_count: null,
    id: `block-${index}`,
    metadata: {},
    outputs: [],
    source: index === 0
      ? `//| loader: block_0\nconst v0 = 0;`
      : `//| transformer: block_${index}\nconst v${index} = v${index - 1} + 1;`,
  }));
  return JSON.stringify({ cells, metadata: {}, nbformat: 4, nbformat_minor: 5 });
}
