/** Names and texts as SQL spells them, for the queries that readers and writers build. @module */

/** A quoted identifier. */
export function quotedName(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

/** A quoted string. */
export function quotedText(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}

/** A list of quoted strings. */
export function quotedList(texts: readonly string[]): string {
  return `[${texts.map(quotedText).join(", ")}]`;
}
