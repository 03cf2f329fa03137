/** What went wrong between Sluice and a Postgres server, told by cause. @module */
import type { PostgresProfile } from "../profiles/postgres_profile.ts";

/** A server that cannot be reached, refuses the user or went away; trying again may help.
 *
 * @example
 * ```ts
 * import { ConnectionError, postgres } from "sluice";
 *
 * async function isThere(profile: string) {
 *   try {
 *     await postgres(profile).check();
 *     return true;
 *   } catch (error) {
 *     if (error instanceof ConnectionError) return false;
 *     throw error;
 *   }
 * }
 * ``` */
export class ConnectionError extends Error {
  override readonly name = "ConnectionError";
  readonly profile: string;

  constructor(message: string, profile: string, options: ErrorOptions) {
    super(message, options);
    this.profile = profile;
  }
}

/** What pg and Deno's sockets tell of an error. */
interface Coded {
  readonly code?: string;
  readonly message: string;
}

/** The error for a connection that could not be made. */
export function connectFailure(profile: PostgresProfile, cause: unknown): ConnectionError {
  return new ConnectionError(
    `Cannot connect to Postgres at ${profile.host}:${profile.port} (profile ${profile.profile}): ` +
      connectReason(profile, cause as Coded),
    profile.profile,
    { cause },
  );
}

function connectReason(profile: PostgresProfile, { code, message }: Coded): string {
  switch (code) {
    case "ECONNREFUSED":
      return "connection refused; is the server running?";
    case "ENOTFOUND":
    case "EAI_AGAIN":
      return "the host is not known; look at POSTGRES_HOST";
    case "EHOSTUNREACH":
    case "ENETUNREACH":
      return "there is no way to the host; look at POSTGRES_HOST and the network";
    case "28P01":
    case "28000":
      return `${message}; look at POSTGRES_USER and POSTGRES_PASSWORD`;
    case "3D000":
      return `${message}; look at POSTGRES_DBNAME`;
    case "57P03":
      return `${message}; try again shortly`;
    case "53300":
      return `${message}; close other connections`;
  }
  if (/timeout expired|timed? ?out|ETIMEDOUT/i.test(`${message} ${code}`)) {
    return `no answer within ${profile.connectTimeoutMs / 1000} s (POSTGRES_CONNECT_TIMEOUT)`;
  }
  if (/password must be a string/i.test(message)) {
    return "the server asks for a password; set POSTGRES_PASSWORD";
  }
  if (/does not support SSL/i.test(message)) return `${message}; look at POSTGRES_SSLMODE`;
  if (/terminated unexpectedly|ECONNRESET/.test(`${message} ${code}`)) {
    return "the server closed the connection; is it starting or stopping?";
  }
  return message;
}

/** Whether the error means that the connection is gone, not that the server refused a statement. */
export function isLost(error: unknown): boolean {
  // one that has been told is told once
  if (!(error instanceof Error) || error instanceof ConnectionError) return false;
  const { code = "", message } = error as Coded;
  return /^(08|57P0[123])/.test(code) ||
    /ECONNRESET|EPIPE|ECONNABORTED|ETIMEDOUT/.test(code) ||
    /Connection terminated|Client has encountered a connection error|not queryable|write after end/i
      .test(message);
}

/** Whether the server, or what it grants the user, has no connection left. */
export function isFull(error: unknown): boolean {
  return error instanceof ConnectionError && (error.cause as Coded | undefined)?.code === "53300";
}

/** The error for a connection that went away while `what` was done. */
export function lostConnection(
  profile: PostgresProfile,
  what: string,
  cause: unknown,
): ConnectionError {
  const { message } = cause as Coded;
  return new ConnectionError(
    `Lost the connection to Postgres at ${profile.host}:${profile.port} (profile ${profile.profile}) while ` +
      `${what}: ${message}; nothing of it was kept`,
    profile.profile,
    { cause },
  );
}
