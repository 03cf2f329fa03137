/** The open notebook as it was last saved: which cell is which, and its parameters. @module */
import type { Notebook, NotebookCell } from "../../runtime/notebook/notebook.ts";
import { parseNotebook } from "../../runtime/notebook/parse_notebook.ts";

/** A cell as a client sends it. */
export interface SentCell {
  readonly source: string;
  /** The id that Jupyter gave it; not all clients tell. */
  readonly id: string | undefined;
}

/** Reads the notebook's file anew when it has changed. */
export class NotebookFile {
  readonly path: string | undefined;
  #stamp = "";
  #notebook: Notebook | undefined;

  constructor(path: string | undefined) {
    this.path = path;
  }

  /** The notebook; undefined where it is unknown, or its file is no notebook right now. */
  read(): Notebook | undefined {
    if (this.path === undefined) return undefined;
    try {
      const { mtime, size } = Deno.statSync(this.path);
      const stamp = `${mtime?.getTime()} ${size}`;
      if (stamp !== this.#stamp) {
        this.#stamp = stamp;
        this.#notebook = parseNotebook(Deno.readTextFileSync(this.path), this.path);
      }
    } catch {
      this.#notebook = undefined;
    }
    return this.#notebook;
  }

  /** The saved cell that was sent: by its id, else by its text. */
  find({ id, source }: SentCell): NotebookCell | undefined {
    const cells = this.read()?.cells.filter(({ type }) => type === "code");
    if (id !== undefined) return cells?.find((cell) => cell.id === id);
    return cells?.find((cell) => cell.source.trimEnd() === source.trimEnd());
  }

  /** What was sent, read as a cell of the notebook, and what is wrong with its header. */
  parse(sent: SentCell) {
    const saved = this.find(sent);
    const cell = { cell_type: "code", id: sent.id, source: sent.source, metadata: {} };
    const text = JSON.stringify({ nbformat: 4, metadata: {}, cells: [cell] });
    const { cells: [parsed], errors } = parseNotebook(text, this.path ?? "notebook.ipynb");
    const index = saved?.index ?? 0;
    const tags = saved?.tags ?? [];
    return { cell: { ...parsed as NotebookCell, index, tags }, errors };
  }
}
