/** Keeps the secrets of this process's environment out of what commands and the server print. @module */
import { isSecretKey, redact, registerSecret } from "./redact.ts";

/** `redact`, once it knows every environment variable whose name says that it is a secret. */
export function ownRedact(): (text: string) => string {
  for (const [name, value] of Object.entries(Deno.env.toObject())) {
    if (isSecretKey(name)) registerSecret(value);
  }
  return redact;
}
