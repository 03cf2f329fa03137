/** What Cloud Storage answers when it refuses, in one line: what failed, for whom, what to do. @module */
import type { GoogleProfile } from "../profiles/google_profile.ts";

/** A request that Cloud Storage refused, or that never reached it (status 0). */
export class StorageError extends Error {
  override readonly name = "StorageError";
  readonly status: number;
  /** What the server said, without our words. */
  readonly said: string;

  constructor(message: string, status: number, said: string, options: ErrorOptions = {}) {
    super(message, options);
    this.status = status;
    this.said = said;
  }
}

const RETRIED = new Set([408, 429, 500, 502, 503, 504]);

/** Whether the same request may be answered otherwise a little later. */
export function isPassing(status: number): boolean {
  return RETRIED.has(status);
}

/** The error for an answer that is not good.
 *
 * @param doing `Cannot write gs://bucket/name`
 * @param tries how many times it was asked */
export async function refusal(
  response: Response,
  doing: string,
  profile: GoogleProfile,
  tries: number,
): Promise<StorageError> {
  const { status } = response;
  const said = saidIn(await response.text().catch(() => "")) || response.statusText;
  const answer = said && !said.includes(String(status)) ? `${status} ${said}` : said || status;
  return new StorageError(
    `${doing}: ${reason(status, String(answer), profile, tries)}`,
    status,
    said,
  );
}

function reason(status: number, answer: string, profile: GoogleProfile, tries: number): string {
  const tried = tries > 1 ? ` (tried ${tries} times)` : "";
  if (status === 401) {
    return `Google does not accept the credentials of profile ${profile.profile} (${answer}); make a new key`;
  }
  if (status === 403 && !/quota|rate limit/i.test(answer)) {
    return `permission denied for ${
      who(profile)
    } (${answer}); grant it the role Storage Object User on the bucket`;
  }
  if (status === 429 || /quota|rate limit/i.test(answer)) {
    return `the quota is used up (${answer})${tried}; try again later, or raise the quota`;
  }
  if (status >= 500) return `Cloud Storage answered ${answer}${tried}; try again later`;
  return `Cloud Storage answered ${answer}`;
}

/** The account that asks. */
export function who({ credentials, profile }: GoogleProfile): string {
  const email = credentials.kind === "key" ? credentials.key.client_email : undefined;
  return typeof email === "string" ? email : `the account of profile ${profile}`;
}

/** The message in an answer's body, on one line and without its full stop. */
function saidIn(body: string): string {
  let text = body;
  try {
    const { error } = JSON.parse(body);
    text = typeof error === "string" ? error : String(error?.message ?? body);
  } catch {
    if (body.trimStart().startsWith("<")) return "";
  }
  return text.trim().split("\n")[0]!.slice(0, 300).replace(/\.$/, "");
}

/** The error for a request that had no answer. */
export function unreachable(
  doing: string,
  endpoint: string,
  cause: unknown,
  tries: number,
): StorageError {
  const text = chainText(cause);
  const why = /refused/i.test(text)
    ? "connection refused; is the server running?"
    : /dns|lookup/i.test(text)
    ? "its host name cannot be found; check the network"
    : /timed? ?out/i.test(text)
    ? "it does not answer in time; check the network"
    : "the connection broke off; check the network";
  const tried = tries > 1 ? ` (tried ${tries} times)` : "";
  return new StorageError(
    `${doing}: cannot reach Cloud Storage at ${endpoint}${tried}: ${why}`,
    0,
    text,
    { cause },
  );
}

function chainText(failure: unknown): string {
  let text = "";
  for (let cause = failure; cause instanceof Error; cause = cause.cause) {
    text += `${cause.name} ${cause.message} `;
  }
  return text;
}
