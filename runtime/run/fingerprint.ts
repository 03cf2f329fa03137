/** What each block of a run stands on: its code, the parameters it reads, its upstream.
 *  Two equal fingerprints mean that a block would do the same again. @module */
import type { Block, Pipeline } from "../compile/pipeline.ts";
import { sha256 } from "../context/sha256.ts";
import type { Fingerprint } from "./run_store.ts";

/** The fingerprint of every block, by name, for a run with these overrides. */
export async function fingerprintBlocks(
  pipeline: Pipeline,
  variables: Readonly<Record<string, string>>,
): Promise<ReadonlyMap<string, Fingerprint>> {
  const found = new Map<string, Promise<Fingerprint>>();
  for (const block of pipeline.blocks) {
    found.set(block.name, fingerprintOf(block, parameterTexts(pipeline, variables), found));
  }
  const pairs = [...found].map(async ([name, fingerprint]) => [name, await fingerprint] as const);
  return new Map(await Promise.all(pairs));
}

/** An override as it was given, else the default as the notebook has it. */
function parameterTexts(
  pipeline: Pipeline,
  variables: Readonly<Record<string, string>>,
): ReadonlyMap<string, string> {
  return new Map(pipeline.parameters.map(({ name, source }) => [
    name,
    Object.hasOwn(variables, name) ? `given ${variables[name]}` : `default ${source}`,
  ]));
}

async function fingerprintOf(
  block: Block,
  texts: ReadonlyMap<string, string>,
  found: ReadonlyMap<string, Promise<Fingerprint>>,
): Promise<Fingerprint> {
  const upstream: Record<string, string> = {};
  for (const name of block.upstream) {
    const known = await found.get(name);
    if (known) upstream[name] = known.whole;
  }
  const parameters = Object.fromEntries(
    block.parameters.map((name) => [name, texts.get(name) ?? ""]),
  );
  const parts = { code: block.hash, parameters, upstream };
  return { ...parts, whole: await sha256(JSON.stringify(parts)) };
}
