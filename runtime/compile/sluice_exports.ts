/** The names that "sluice" exports, for errors that say what to import. @module */

/** Read from `mod.ts` as text, since loading it would load Arrow; empty where it cannot be read. */
export function sluiceExports(): readonly string[] {
  try {
    const text = Deno.readTextFileSync(new URL("../../mod.ts", import.meta.url));
    return [...text.matchAll(/export (?!type\b)\{([^}]*)\}/g)].flatMap(([, names = ""]) =>
      names.split(",").map((name) => name.trim()).filter((name) => !/^type |^$/.test(name))
    );
  } catch {
    return [];
  }
}
