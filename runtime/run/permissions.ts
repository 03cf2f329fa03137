/** What a run may do: as its notebook declares, or what the server gives a notebook that declares
 *  nothing; as flags of its Deno process, and as limits of its DuckDB. @module */
import type { FileLimits } from "../context/file_limits.ts";
import type { Pipeline } from "../compile/pipeline.ts";
import type { Permissions } from "../notebook/notebook.ts";
import { packagesFolder } from "../io/files/native.ts";

/** The kinds that a notebook may declare under `sluice.permissions`. */
const KINDS = ["read", "write", "net", "env", "run", "ffi", "sys"] as const;

export interface PermissionPlaces {
  /** Folders and files that the run's process must read, whatever the notebook declares. */
  readonly read: readonly string[];
  /** Folders that it must write. */
  readonly write: readonly string[];
  /** Files inside these that the notebook's code may neither read nor write. */
  readonly hidden?: readonly string[];
  readonly notebookFolder: string;
}

/** Variables that npm:pg, npm:yaml, Google's and Node's own modules look at when they are loaded or connect;
 *  errors name paths as the person who stands in INIT_CWD would. */
const NEEDED_ENV = [
  ...["INIT_CWD", "PG*", "NODE_*", "USER", "USERNAME", "NO_COLOR"],
  ...["READABLE_STREAM", "LOG_STREAM", "LOG_TOKENS", "GOOGLE_SDK_NODE_LOGGING", "GRPC_*"],
  ...["HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY", "http_proxy", "https_proxy", "no_proxy"],
  ...["grpc_proxy", "no_grpc_proxy"],
];

/** Where an embedded Postgres of root's lies, and what tells whether it runs. No business of SQL's. */
const EMBEDDED_PLACES = ["/var/lib/sluice", "/var/tmp/sluice", "/etc/passwd", "/proc"];

/** What the run's process itself asks for. */
const NEEDED: Readonly<
  Record<string, (places: Pick<PermissionPlaces, "read" | "write">) => readonly string[]>
> = {
  read: ({ read, write }) => [...read, ...write],
  write: ({ write }) => write,
  env: () => NEEDED_ENV,
};

/** What a run of `pipeline` may do; undefined where nothing limits it. */
export async function runPermissions(
  pipeline: Pick<Pipeline, "permissions" | "notebook">,
  { projectFolder, isUnderServer }: {
    readonly projectFolder: string;
    readonly isUnderServer: boolean;
  },
): Promise<Permissions | undefined> {
  if (pipeline.permissions || !isUnderServer) return pipeline.permissions;
  return await serverPermissions(pipeline, projectFolder);
}

/** What the server gives a notebook that declares nothing: the project's folder, the hosts and variables
 *  of its profiles, DuckDB. A profile with an embedded Postgres needs programs to be started. */
export async function serverPermissions(
  { notebook }: Pick<Pipeline, "notebook">,
  projectFolder: string,
): Promise<Permissions> {
  const { profileReach } = await import("../io/profiles/profile_reach.ts");
  const { hosts, variables, hasEmbedded } = await profileReach(parentOf(notebook), projectFolder);
  const embedded = hasEmbedded ? EMBEDDED_PLACES : [];
  return {
    read: [projectFolder, ...embedded],
    write: [projectFolder, ...embedded.slice(0, 2)],
    net: hosts,
    env: variables,
    // Not all native code, which would be no limit at all.
    ffi: [packagesFolder()],
    ...(hasEmbedded ? { run: true, sys: ["uid"] } : {}),
  };
}

/** What a process may do: for each kind everything, or what is listed. */
export type ProcessPermissions = Readonly<
  Partial<Record<typeof KINDS[number], true | readonly string[]>>
>;

/** What the process of a run may do, its own needs among it; undefined where it is not limited.
 *  Relative paths count from the notebook's folder. */
export function processPermissions(
  permissions: Permissions | undefined,
  { read, write, notebookFolder }: PermissionPlaces,
): ProcessPermissions | undefined {
  if (!permissions) return undefined;
  const granted: Record<string, true | readonly string[]> = {};
  for (const kind of KINDS) {
    const needed = NEEDED[kind]?.({ read, write }) ?? [];
    const asked = permissions[kind] ?? false;
    const isPath = kind === "read" || kind === "write" || kind === "ffi";
    // What may be written may be read: a writer looks at what it is to replace.
    const written = kind === "read" && Array.isArray(permissions.write) ? permissions.write : [];
    const given = [...new Set([...Array.isArray(asked) ? asked : [], ...written])].map((item) =>
      isPath ? absolute(item, notebookFolder) : item
    );
    const all = [...needed, ...given];
    if (asked === true) granted[kind] = true;
    else if (all.length > 0) granted[kind] = all;
  }
  return granted;
}

/** The flags for what a run may do; everything where it is not limited. */
export function permissionFlags(
  permissions: Permissions | undefined,
  places: PermissionPlaces,
): readonly string[] {
  const granted = processPermissions(permissions, places);
  if (!granted) return ["--allow-all"];
  const flags = Object.entries(granted).map(([kind, given]) =>
    given === true ? `--allow-${kind}` : `--allow-${kind}=${given.map(escapeComma).join(",")}`
  );
  const { hidden = [] } = places;
  const list = hidden.map(escapeComma).join(",");
  const denied = hidden.length === 0 ? [] : [`--deny-read=${list}`, `--deny-write=${list}`];
  return ["--no-prompt", ...flags, ...denied];
}

/** What the run's DuckDB may reach: what the run itself may, and `.sluice/tmp` of its project. Undefined
 *  where it may read everything. */
export function runFileLimits(
  permissions: Permissions | undefined,
  { notebook, projectFolder }: { readonly notebook: string; readonly projectFolder: string },
): FileLimits | undefined {
  if (!permissions || permissions.read === true && permissions.write === true) return undefined;
  const folder = parentOf(notebook);
  const listed = (kind: "read" | "write"): readonly string[] => {
    const asked = permissions[kind] ?? false;
    if (asked === true) return ["/"];
    return (asked || []).filter((path) => !EMBEDDED_PLACES.includes(path))
      .map((path) => absolute(path, folder));
  };
  const write = [...listed("write"), `${projectFolder}/.sluice/tmp`];
  return { read: [folder, `${projectFolder}/.sluice/outputs`, ...listed("read")], write };
}

function parentOf(path: string): string {
  return path.slice(0, Math.max(path.lastIndexOf("/"), 1));
}

function absolute(path: string, folder: string): string {
  return path.startsWith("/") ? path : `${folder}/${path}`;
}

/** Deno writes a comma inside a path as two. */
function escapeComma(item: string): string {
  return item.replaceAll(",", ",,");
}
