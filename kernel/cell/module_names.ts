/** Where the module names of cells lead. @module */
import type { Edit, ModuleName } from "../../runtime/compile/syntax.ts";

/** The absolute or bare name of what a cell calls `specifier`. */
export type ModuleResolver = (specifier: string) => string;

/** Relative names count from `folder`, a URL that ends with a slash; `sluice` is Sluice's own name. */
export function moduleResolver(folder: string, sluice: string): ModuleResolver {
  return (specifier) => {
    if (specifier === "sluice") return sluice;
    return /^\.{0,2}\//.test(specifier) ? new URL(specifier, folder).href : specifier;
  };
}

/** Edits that write the names of modules so that they mean the same everywhere. */
export function moduleNameEdits(
  names: readonly ModuleName[],
  resolve: ModuleResolver,
): readonly Edit[] {
  return names.flatMap(({ start, end, specifier }) => {
    const name = resolve(specifier);
    return name === specifier ? [] : [{ start, end, text: JSON.stringify(name) }];
  });
}
