/** Parts in a dataset's folder that no manifest lists: a writer puts its parts there before its manifest, and
 *  one that was killed in between leaves them. Readers pass them over; the next write removes those of dead
 *  writers. @module */
import type { GsPath } from "./gs_path.ts";
import { type Manifest, pathWithin } from "./manifest.ts";
import type { GsObject } from "./objects.ts";

/** Kept with each part: the write that it belongs to. Attempts of one write carry the same. */
export const PART_MARK = "sluice_part";

/** A writer whose newest part is older than this is dead. One that is not, and comes back, finds its mark
 *  among those that the manifest calls dead. */
const DEAD_AFTER_MS = 24 * 60 * 60 * 1000;
/** How many dead writers a manifest remembers. */
const REMEMBERED = 100;

/** What dead writers left. */
export interface Orphans {
  /** Below the dataset's folder. */
  readonly paths: readonly string[];
  /** The writers, but for earlier attempts of this one. */
  readonly marks: readonly string[];
}

/** Whether an object counts where no manifest lists it: another program's, not a part of ours. */
export function countsAlone({ metadata }: GsObject): boolean {
  return metadata[PART_MARK] === undefined;
}

/** The parts among `objects` that dead writers left in `folder`.
 *
 * @param mark of the write that looks: what carries it was left by its earlier attempts */
export function findOrphans(
  folder: GsPath,
  objects: readonly GsObject[],
  { manifest, mark, now }: {
    readonly manifest: Manifest | undefined;
    readonly mark: string;
    readonly now: number;
  },
): Orphans {
  const listed = new Set(manifest?.files.map(({ path }) => path));
  const left = objects.filter((object) => !listed.has(pathWithin(folder, object)));
  const byMark = Map.groupBy(left, ({ metadata }) => metadata[PART_MARK]);
  byMark.delete(undefined);
  const dead = [...byMark].filter(([each, parts]) =>
    each === mark || parts.every(({ updated }) => updated.getTime() < now - DEAD_AFTER_MS)
  );
  return {
    paths: dead.flatMap(([, parts]) => parts.map((part) => pathWithin(folder, part))),
    marks: dead.flatMap(([each]) => each === mark || each === undefined ? [] : [each]),
  };
}

/** The manifest with these writers called dead, so that none of them can put its parts in force later. */
export function callingDead(manifest: Manifest, marks: readonly string[]): Manifest {
  if (marks.length === 0) return manifest;
  return { ...manifest, dead: [...manifest.dead ?? [], ...marks].slice(-REMEMBERED) };
}
