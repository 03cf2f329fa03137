/** Whether DuckDB may be loaded: where Deno has no right to native libraries, files are read by what
 *  needs none, slower and with less. @module */

/** Whether this process may load native libraries. */
export function mayLoadDuckDB(): boolean {
  return Deno.permissions.querySync({ name: "ffi" }).state === "granted";
}

/** The error for what only DuckDB does, said before anything is done. */
export function needsDuckDB(what: string): Error {
  return new Error(
    `${what} needs DuckDB, and Deno may not load native libraries here; allow it with --allow-ffi (in a notebook: "ffi": true under sluice.permissions)`,
  );
}
