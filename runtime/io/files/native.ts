/** Whether DuckDB may be loaded: where Deno has no right to native libraries, files are read by what
 *  needs none, slower and with less. @module */

/** Whether this process may load native libraries. */
export function mayLoadDuckDB(): boolean {
  // Where only some may be loaded, DuckDB's is asked for by its place.
  return isGranted({ name: "ffi" }) || isGranted({ name: "ffi", path: packagesFolder() });
}

/** The error for what only DuckDB does, said before anything is done. */
export function needsDuckDB(what: string): Error {
  return new Error(
    `${what} needs DuckDB, and Deno may not load native libraries here; allow it with --allow-ffi (in a notebook: "ffi": true under sluice.permissions)`,
  );
}

function isGranted(asked: Deno.FfiPermissionDescriptor): boolean {
  return Deno.permissions.querySync(asked).state === "granted";
}

/** The folder that holds npm's packages, DuckDB's native part among them: a project's, an executable's, or
 *  the cache of all. */
export function packagesFolder(): string {
  const path = decodeURIComponent(new URL(import.meta.resolve("@duckdb/node-bindings")).pathname);
  const [folder] = /^.*?\/(?:\.deno_compile_)?node_modules(?=\/)/.exec(path) ?? [];
  return folder ?? path.slice(0, Math.max(path.indexOf("/@duckdb/"), 1));
}
