/** The cells that were run, and what hangs on what between them. @module */
import type { CellCode } from "../../runtime/compile/syntax.ts";

/** A cell as it was last run. */
export interface RanCell {
  /** The same for every run of the same cell. */
  readonly key: string;
  readonly count: number;
  /** What people call it: `cell 4 (clean)`, or `cell [7]` where its place is unknown. */
  readonly label: string;
  readonly code: CellCode;
  readonly names: readonly string[];
  readonly reads: readonly string[];
  /** Names that may not be assigned again. */
  readonly constants: readonly string[];
  /** It ran to its end. */
  readonly isDone: boolean;
  /** `when()` ended it, or it needed what such a cell would have defined. */
  readonly isSkipped: boolean;
}

/** A name whose cell no longer defines it. */
export interface LeftOver {
  readonly name: string;
  /** What became of its cell, in words. */
  readonly reason: string;
}

/** All cells of a session. */
export class Cells {
  readonly #cells = new Map<string, RanCell>();
  readonly #leftOver = new Map<string, string>();

  /** The cells in the order in which they last ran. */
  get all(): readonly RanCell[] {
    return [...this.#cells.values()];
  }

  /** Notes that a cell ran; gives the names that it defined before and does not any more. */
  add(cell: RanCell): readonly string[] {
    const before = this.#cells.get(cell.key);
    this.#cells.delete(cell.key);
    this.#cells.set(cell.key, cell);
    for (const name of cell.names) this.#leftOver.delete(name);
    return this.#leave(before?.names ?? [], `was defined by an earlier text of ${cell.label}`);
  }

  /** Notes that cells were deleted from the notebook. */
  remove(keys: readonly string[]): void {
    for (const key of keys) {
      const cell = this.#cells.get(key);
      this.#cells.delete(key);
      if (cell) this.#leave(cell.names, `was defined by ${cell.label}, which was deleted`);
    }
  }

  /** The cell that defines `name`; the one that ran last where there are several. */
  definer(name: string): RanCell | undefined {
    return this.all.findLast(({ names }) => names.includes(name));
  }

  /** The skipped cell without which a cell cannot run. */
  skippedAbove({ reads, code }: Pick<RanCell, "reads" | "code">): RanCell | undefined {
    const upstream = code.cell.header?.upstream ?? [];
    return this.all.find(({ isSkipped, names, code: { block } }) =>
      isSkipped && (names.some((name) => reads.includes(name)) ||
        block !== undefined && upstream.includes(block))
    );
  }

  /** Which of the names that a cell reads are left over. */
  leftOver(reads: readonly string[]): readonly LeftOver[] {
    return reads.flatMap((name) => {
      const reason = this.#leftOver.get(name);
      return reason === undefined ? [] : [{ name, reason }];
    });
  }

  /** Cells that read one of `names`, or what such cells define; `but` is not among them. */
  readersOf(names: readonly string[], but: string): readonly RanCell[] {
    const found = new Set<RanCell>();
    const waiting = [...names];
    for (let name = waiting.pop(); name !== undefined; name = waiting.pop()) {
      for (const cell of this.#cells.values()) {
        if (cell.key === but || !cell.isDone || found.has(cell)) continue;
        if (!cell.reads.includes(name)) continue;
        found.add(cell);
        waiting.push(...cell.names);
      }
    }
    return this.all.filter((cell) => found.has(cell))
      .toSorted((one, other) => one.code.cell.index - other.code.cell.index);
  }

  /** The kernel inside is a new one: nothing has a value. */
  clear(): void {
    this.#cells.clear();
    this.#leftOver.clear();
  }

  #leave(names: readonly string[], reason: string): readonly string[] {
    const left = names.filter((name) => this.definer(name) === undefined);
    for (const name of left) this.#leftOver.set(name, reason);
    return left;
  }
}
