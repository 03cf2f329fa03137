/** Whether DuckDB may be loaded: where Deno has no right to native libraries, files are read by what
 *  needs none, slower and with less. @module */

/** Whether this process may load native libraries. */
export function mayLoadDuckDB(): boolean {
  // Where only some may be loaded, DuckDB's is asked for by its place.
  return isGranted({ name: "ffi" }) || isGranted({ name: "ffi", path: placeOfDuckDB() });
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

function placeOfDuckDB(): string {
  const path = decodeURIComponent(new URL(import.meta.resolve("@duckdb/node-bindings")).pathname);
  const at = path.indexOf("/node_modules/");
  return at < 0 ? path : path.slice(0, at + "/node_modules".length);
}
