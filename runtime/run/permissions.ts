/** The Deno permissions of a run's process. @module */
import type { Pipeline } from "../compile/pipeline.ts";

/** The kinds that a notebook may declare under `sluice.permissions`. */
const KINDS = ["read", "write", "net", "env", "run", "ffi", "sys"] as const;

export interface PermissionPlaces {
  /** Folders and files that the run's process must read, whatever the notebook declares. */
  readonly read: readonly string[];
  /** Folders that it must write. */
  readonly write: readonly string[];
  readonly notebookFolder: string;
}

/** What the run's process itself asks for; errors name paths as the person who stands in INIT_CWD would. */
const NEEDED: Readonly<
  Record<string, (places: Pick<PermissionPlaces, "read" | "write">) => readonly string[]>
> = {
  read: ({ read, write }) => [...read, ...write],
  write: ({ write }) => write,
  env: () => ["INIT_CWD"],
};

/** The flags for what the notebook declares; everything where it declares nothing.
 *  Relative paths count from the notebook's folder. */
export function permissionFlags(
  declared: Pipeline["permissions"],
  { read, write, notebookFolder }: PermissionPlaces,
): readonly string[] {
  if (!declared) return ["--allow-all"];
  const flags = ["--no-prompt"];
  for (const kind of KINDS) {
    const needed = NEEDED[kind]?.({ read, write }) ?? [];
    const asked = declared[kind] ?? false;
    if (asked === true) flags.push(`--allow-${kind}`);
    else {
      const isPath = kind === "read" || kind === "write" || kind === "ffi";
      const given = (asked || []).map((item) => isPath ? absolute(item, notebookFolder) : item);
      const all = [...needed, ...given];
      if (all.length > 0) flags.push(`--allow-${kind}=${all.map(escapeComma).join(",")}`);
    }
  }
  return flags;
}

function absolute(path: string, folder: string): string {
  return path.startsWith("/") ? path : `${folder}/${path}`;
}

/** Deno writes a comma inside a path as two. */
function escapeComma(item: string): string {
  return item.replaceAll(",", ",,");
}
