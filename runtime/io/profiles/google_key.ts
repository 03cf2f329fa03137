/** A service account's key, and the other kinds of credentials that Google writes as JSON: read, checked
 *  and kept out of everything that is written. @module */
import { createPrivateKey } from "node:crypto";
import { registerSecret } from "./redact.ts";

/** Credentials as Google's JSON has them; `type` says which fields there are. */
export type GoogleKey = Readonly<Record<string, unknown>> & { readonly type: string };

const REQUIRED: Readonly<Record<string, readonly string[]>> = {
  service_account: ["client_email", "private_key"],
  authorized_user: ["client_id", "client_secret", "refresh_token"],
  external_account: ["audience", "token_url", "credential_source"],
  impersonated_service_account: ["source_credentials", "service_account_impersonation_url"],
};

const MEND = "download the key again from the Google Cloud console";

/** The key in `given`, an object or JSON text.
 *
 * @param what how messages name it: `io_config.yaml, line 4:3: GOOGLE_SERVICE_ACC_KEY`
 * @throws {Error} where it is not such a key; nothing of its contents is in the message */
export function googleKey(given: unknown, what: string): GoogleKey {
  const key = typeof given === "string" ? parsed(given, what) : given;
  if (typeof key !== "object" || key === null || Array.isArray(key)) {
    throw new Error(`${what} is not a JSON object; ${MEND}`);
  }
  const fields = key as Record<string, unknown>;
  keepSecret(fields);
  const type = fields.type;
  const required = typeof type === "string" ? REQUIRED[type] : undefined;
  if (required === undefined) {
    throw new Error(
      `${what} has the type ${JSON.stringify(type ?? null)}, expected "service_account"; ${MEND}`,
    );
  }
  const missing = required.find((name) => !fields[name]);
  if (missing !== undefined) throw new Error(`${what} has no \`${missing}\`; ${MEND}`);
  if (type === "service_account") checkPem(String(fields.private_key), what);
  return fields as GoogleKey;
}

function parsed(text: string, what: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // the parser's message quotes the text, which is a secret
    throw new Error(`${what} is not JSON; ${MEND}`);
  }
}

function checkPem(pem: string, what: string): void {
  try {
    createPrivateKey(pem);
  } catch {
    throw new Error(`${what} has a \`private_key\` that is no PEM key; ${MEND}`);
  }
}

/** The secret fields, and the private key's lines, each of which tells a part of it. */
function keepSecret(fields: Readonly<Record<string, unknown>>): void {
  for (const name of ["private_key", "private_key_id", "client_secret", "refresh_token"]) {
    const value = fields[name];
    if (typeof value !== "string") continue;
    registerSecret(value);
    for (const line of value.split("\n").map((line) => line.trim())) {
      if (line.length > 16 && !line.startsWith("-----")) registerSecret(line);
    }
  }
}
