/** How the readers of one cell say what is wrong in it. @module */

/** Adds an error at a place of the cell that is being read. */
export type Report = (
  position: { readonly line?: number; readonly column?: number },
  text: string,
  block?: string,
) => void;
