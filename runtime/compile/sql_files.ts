/** Finds the files of SQL that code names by literals: their content is part of what the code does. @module */

/** The names that end with `.sql` in the quoted texts of `code`. */
export function sqlFiles(code: string): readonly string[] {
  return [...code.matchAll(/["'`]([^"'`\n]+\.sql)["'`]/g)].map(([, path = ""]) => path);
}
