/** The variables that profiles may name: the process's environment, then the nearest `.env`. @module */
import { parseEnv } from "node:util";
import { findUpward } from "./find_upward.ts";
import { isSecretKey, registerSecret } from "./redact.ts";

/** Looks a variable up by name; undefined where it is set nowhere. */
export type Variables = (name: string) => string | undefined;

/** Reads the `.env` nearest to `folder`; what the environment sets wins over it. */
export async function loadVariables(folder: string, project: string): Promise<Variables> {
  const file = await findUpward(".env", folder, project);
  const own = file === undefined ? {} : parseEnv(await Deno.readTextFile(file));
  for (const [key, value] of Object.entries(own)) {
    if (isSecretKey(key) && value !== undefined) registerSecret(value);
  }
  return (name) => Deno.env.get(name) ?? own[name];
}
