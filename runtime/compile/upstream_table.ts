/** Finds what `{{ df_1 }}` names: the table of a block in a SQL cell's `upstream`. @module */
import type { NotebookCell } from "../notebook/notebook.ts";
import { resultName } from "./sql_cell.ts";
import type { CellCode } from "./syntax.ts";

/** The name of the table of the block that stands at `number`, from 1, in the cell's `upstream`. */
export function upstreamTable(
  cell: NotebookCell,
  number: number,
  cells: readonly NotebookCell[],
  codes: ReadonlyMap<NotebookCell, CellCode>,
  report: (text: string) => void,
): string | undefined {
  const upstream = cell.header?.upstream ?? [];
  const block = upstream[number - 1];
  if (block === undefined) {
    report(
      upstream.length === 0
        ? `\`df_${number}\` counts the blocks in \`upstream\`, which is missing; add \`--| upstream: [block]\``
        : `\`df_${number}\` is beyond \`upstream\`, which names ${upstream.length}: ${
          upstream.join(", ")
        }`,
    );
    return undefined;
  }
  const found = cells.find(({ header, index }) => header?.name === block && index < cell.index);
  if (found === undefined) return undefined;
  if (found.sql !== undefined) return resultName(found);
  return onlyTable(found, codes, report);
}

/** A TypeScript block's only variable, or the only one that other cells read. */
function onlyTable(
  block: NotebookCell,
  codes: ReadonlyMap<NotebookCell, CellCode>,
  report: (text: string) => void,
): string | undefined {
  const code = codes.get(block);
  if (code === undefined) return undefined;
  const names = code.statements.flatMap(({ definitions }) =>
    definitions.filter(({ kind }) => kind === "value").map(({ name }) => name)
  );
  if (names.length === 1) return names[0];
  const read = names.filter((name) =>
    [...codes.values()].some((other) => other !== code && readsName(other, name))
  );
  if (read.length === 1) return read[0];
  report(
    names.length === 0
      ? `block \`${block.header?.name}\` defines no table; give it a variable that holds one`
      : `block \`${block.header?.name}\` defines ${names.join(", ")}; name the one you mean: \`{{ ${
        names[0]
      } }}\``,
  );
  return undefined;
}

function readsName(code: CellCode, name: string): boolean {
  return code.statements.some(({ reads }) =>
    reads.some((read) => read.name === name && read.own === undefined)
  );
}
