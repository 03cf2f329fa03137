/** Documentation of a name: its doc comment and signature, else what it holds. @module */
import type { HostDescription } from "../host/protocol.ts";
import type { Session } from "./session.ts";

/** In the media types that Jupyter shows. */
export async function documentation(
  expression: string,
  found: HostDescription,
  _session: Session,
): Promise<Readonly<Record<string, string>>> {
  const text = await Promise.resolve(`${expression}: ${found.type}\n${found.source ?? found.text}`);
  return { "text/plain": text };
}
