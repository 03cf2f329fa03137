/** The credentials of a profile as a client that has proved them: a key that Google refuses is told before
 *  anything is loaded. @module */
import type { AuthClient } from "google-auth-library";
import type { GoogleKey } from "../profiles/google_key.ts";
import type { GoogleProfile } from "../profiles/google_profile.ts";
import { registerSecret } from "../profiles/redact.ts";
import { ConnectionError } from "../postgres/connection_error.ts";

const SCOPES = ["https://www.googleapis.com/auth/cloud-platform"];
const TOKEN_ADDRESS = "https://oauth2.googleapis.com/token";
/** On top of the library's own. */
const ATTEMPTS = 2;

/** A client with a token in hand; one that asks for nothing where the profile has no credentials.
 *
 * @throws {ConnectionError} where there are no credentials, or Google refuses them
 * @example
 * ```ts
 * import { googleProfile } from "../profiles/google_profile.ts";
 * import { googleAuthClient } from "./auth_client.ts";
 * const headers = async () => await (await googleAuthClient(await googleProfile("dev"))).getRequestHeaders();
 * ``` */
export async function googleAuthClient(profile: GoogleProfile): Promise<AuthClient> {
  const { GoogleAuth, OAuth2Client } = await import("google-auth-library");
  const { credentials } = profile;
  if (credentials.kind === "none") {
    const client = new OAuth2Client();
    client.setCredentials({ access_token: "emulator", expiry_date: Number.MAX_SAFE_INTEGER });
    return client;
  }
  let client: AuthClient;
  try {
    client = credentials.kind === "key"
      ? await clientOfKey(credentials.key)
      : await new GoogleAuth({ scopes: SCOPES }).getClient();
  } catch (cause) {
    throw new ConnectionError(noCredentials(profile), profile.profile, { cause });
  }
  // those that follow when the first one is too old
  client.on("tokens", ({ access_token }) => access_token && registerSecret(access_token));
  const token = await firstToken(client, profile);
  if (token) registerSecret(token);
  return client;
}

/** Each kind by its own class: the one for all of them warns of itself. */
async function clientOfKey(key: GoogleKey): Promise<AuthClient> {
  const { GoogleAuth, JWT, UserRefreshClient } = await import("google-auth-library");
  const text = (name: string) => String(key[name] ?? "");
  if (key.type === "service_account") {
    const client = new JWT({
      email: text("client_email"),
      key: text("private_key"),
      keyId: text("private_key_id"),
      scopes: [...SCOPES],
    });
    if (key.token_uri) sendTokensTo(text("token_uri"), client);
    return client;
  }
  if (key.type === "authorized_user") {
    return new UserRefreshClient({
      clientId: text("client_id"),
      clientSecret: text("client_secret"),
      refreshToken: text("refresh_token"),
    });
  }
  return await new GoogleAuth({ scopes: SCOPES, credentials: key }).getClient();
}

/** The library asks Google itself, whatever the key says. */
function sendTokensTo(address: string, client: AuthClient): void {
  client.transporter.interceptors.request.add({
    resolved: (config) => {
      if (String(config.url) === TOKEN_ADDRESS) config.url = new URL(address);
      return Promise.resolve(config);
    },
  });
}

/** Asks again where the token server stumbled; a refusal is final. */
async function firstToken(client: AuthClient, profile: GoogleProfile): Promise<string> {
  for (let attempt = 1;; attempt++) {
    try {
      return (await client.getAccessToken()).token ?? "";
    } catch (cause) {
      const status = (cause as { status?: number; response?: { status?: number } }).status ??
        (cause as { response?: { status?: number } }).response?.status;
      const isRefused = status !== undefined && status >= 400 && status < 500 && status !== 429;
      if (!isRefused && attempt < ATTEMPTS) {
        await new Promise((resolve) => setTimeout(resolve, 250 * 2 ** attempt));
        continue;
      }
      throw new ConnectionError(refused(profile, cause, isRefused), profile.profile, { cause });
    }
  }
}

function noCredentials({ profile, at }: GoogleProfile): string {
  return `Cannot connect to Google Cloud (profile ${profile}): no credentials; set GOOGLE_SERVICE_ACC_KEY_FILEPATH in ${
    at("GOOGLE_SERVICE_ACC_KEY_FILEPATH")
  }, or log in with \`gcloud auth application-default login\``;
}

function refused(profile: GoogleProfile, cause: unknown, isRefused: boolean): string {
  const { credentials } = profile;
  if (credentials.kind !== "key") return noCredentials(profile);
  const said = reasonOf(cause);
  const start = `Cannot connect to Google Cloud (profile ${profile.profile}): `;
  return isRefused
    ? `${start}the key of ${credentials.from} was refused (${said}); is it expired or deleted? make a new one`
    : `${start}the token for the key of ${credentials.from} cannot be fetched (${said}); is the network up?`;
}

/** Google's own words, `invalid_grant: Invalid JWT Signature.`, without their full stop. */
function reasonOf(cause: unknown): string {
  const answer = (cause as { response?: { data?: unknown } }).response?.data;
  const { error, error_description } = (answer ?? {}) as Record<string, unknown>;
  const said = [error, error_description].filter((each) => typeof each === "string").join(": ");
  const text = said || (cause instanceof Error ? cause.message : String(cause));
  return text.split("\n")[0]!.replace(/\.$/, "");
}
