/** Takes an executable apart as its own runtime does when it is started for the first time: everything that
 *  `deno compile` embedded, as files in a folder. @module */
import { join } from "node:path";

const MAGIC = new TextEncoder().encode("d3n0l4nd");
const LENGTH_BYTES = 8;
const JSON_START = "{".charCodeAt(0);

/** What an executable says of itself. */
interface Metadata {
  readonly entrypoint_key: string;
  readonly permissions: Readonly<Record<string, unknown>>;
  readonly v8_flags: readonly string[];
  readonly self_extracting?: string;
  readonly unstable_config: { readonly features: readonly string[] };
  readonly workspace_resolver: { readonly import_map?: { readonly json: string } };
}

type Entry =
  | { readonly Dir: { readonly n: string; readonly e: readonly Entry[] } }
  | { readonly File: { readonly n: string; readonly o: readonly [offset: number, length: number] } }
  | { readonly Symlink: { readonly n: string; readonly p: readonly string[] } };

/** An executable in pieces. */
export interface Unpacked {
  readonly metadata: Metadata;
  /** Absolute. */
  readonly entry: string;
}

/** Writes what the executable at `path` embeds into `folder`. */
export async function unpack(path: string, folder: string): Promise<Unpacked> {
  const bytes = await Deno.readFile(path);
  const view = new DataView(bytes.buffer);
  let at = beginningOf(bytes);
  const next = () => {
    const length = Number(view.getBigUint64(at, true));
    at += LENGTH_BYTES + length;
    return bytes.subarray(at - length, at);
  };
  const metadata: Metadata = JSON.parse(new TextDecoder().decode(next()));
  next(); // npm's packages, which lie in folders of their names and versions too
  at = skipSpecifiers(view, at);
  at = skipEmpty(view, skipEmpty(view, at)); // redirects and modules of the network: there are none
  const entries: readonly Entry[] = JSON.parse(new TextDecoder().decode(next()));
  write(entries, { folder, root: folder, data: next() });
  return { metadata, entry: join(folder, metadata.entrypoint_key) };
}

/** Where the embedded part begins: the word stands before it too, as the name of its section. */
function beginningOf(bytes: Uint8Array): number {
  for (let at = bytes.indexOf(MAGIC[0]!); at >= 0; at = bytes.indexOf(MAGIC[0]!, at + 1)) {
    const isWord = MAGIC.every((byte, index) => bytes[at + index] === byte);
    if (isWord && bytes[at + MAGIC.length + LENGTH_BYTES] === JSON_START) return at + MAGIC.length;
  }
  throw new Error("Cannot unpack: the file embeds nothing");
}

function skipSpecifiers(view: DataView, start: number): number {
  let at = start + 4;
  for (let count = view.getUint32(start, true); count > 0; count--) {
    at += 4 + view.getUint32(at, true) + 4;
  }
  return at;
}

function skipEmpty(view: DataView, at: number): number {
  if (view.getUint32(at, true) !== 0) throw new Error("Cannot unpack modules of the network");
  return at + 4;
}

interface Target {
  readonly folder: string;
  readonly root: string;
  readonly data: Uint8Array;
}

/** Without waiting for each of some thousand files. */
function write(entries: readonly Entry[], { folder, root, data }: Target): void {
  Deno.mkdirSync(folder, { recursive: true });
  for (const entry of entries) {
    if ("Dir" in entry) {
      const { n: name, e: inside } = entry.Dir;
      write(inside, { folder: join(folder, name), root, data });
    } else if ("File" in entry) {
      const { n: name, o: [offset, length] } = entry.File;
      Deno.writeFileSync(join(folder, name), data.subarray(offset, offset + length));
    } else {
      Deno.symlinkSync(join(root, ...entry.Symlink.p), join(folder, entry.Symlink.n));
    }
  }
}
