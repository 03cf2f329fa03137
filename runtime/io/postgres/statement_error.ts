/** What a server said to a statement, made one clear line. @module */
import type { PostgresProfile } from "../profiles/postgres_profile.ts";
import { isLost } from "./connection_error.ts";

/** What Postgres tells of an error. */
interface ServerError extends Error {
  readonly code?: string;
  readonly detail?: string;
  readonly hint?: string;
  readonly position?: string;
  readonly where?: string;
}

const EXCERPT = 40;

/** The error for a statement that the server refused; a lost connection and errors of our own pass as they are. */
export function statementFailure(
  profile: PostgresProfile,
  what: string,
  cause: unknown,
  text?: string,
): unknown {
  if (
    !(cause instanceof Error) || isLost(cause) || typeof (cause as ServerError).code !== "string"
  ) {
    return cause;
  }
  const { message, detail, hint, position } = cause as ServerError;
  const parts = [message];
  if (text !== undefined && position !== undefined) {
    parts[0] += `, at \`${excerpt(text, position)}\``;
  }
  if (detail) parts.push(detail.replaceAll("\n", "; "));
  if (hint) parts.push(hint);
  const line = parts.map((part) => part.replace(/\.$/, "")).join("; ");
  return new Error(`Cannot ${what} in Postgres (profile ${profile.profile}): ${line}`, { cause });
}

/** The text from the place that the server points at. */
function excerpt(text: string, position: string): string {
  const rest = [...text].slice(Number(position) - 1).join("").split("\n")[0]!.trimEnd();
  return rest.length > EXCERPT ? `${rest.slice(0, EXCERPT)}…` : rest;
}
