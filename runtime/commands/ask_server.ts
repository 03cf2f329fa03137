/** Asks the project's running server over HTTP, as a command does that wants a change; what it refuses is an
 *  error here too. @module */
import { findServer, type RunningServer } from "../serve/server_file.ts";
import { UsageError } from "./exit_code.ts";
import type { Place } from "./place.ts";

/** A request to the API. */
export interface Asked {
  readonly method?: "GET" | "POST" | "PATCH";
  /** Sent as JSON. */
  readonly body?: unknown;
}

/** The project's running server; undefined where none runs. */
export async function serverOf({ project }: Place): Promise<RunningServer | undefined> {
  return await findServer(project);
}

/** The JSON that the server answers with.
 *
 * @throws {UsageError} with the server's own words where it cannot be done as asked
 * @throws {Error} where the server cannot be reached, refuses the token or fails
 *
 * @example
 * ```ts
 * import { askServer } from "./ask_server.ts";
 * const server = { url: "http://127.0.0.1:1", token: "x", pid: 1 };
 * await askServer(server, "/api/runs").catch((error) => console.log(error.message));
 * // Cannot reach the server at http://127.0.0.1:1 (process 1): …
 * ``` */
export async function askServer(
  server: RunningServer,
  path: string,
  { method = "GET", body }: Asked = {},
): Promise<unknown> {
  const { url, token } = server;
  const headers = {
    authorization: `Bearer ${token}`,
    ...(body === undefined ? {} : { "content-type": "application/json" }),
  };
  const init = { method, headers, ...(body === undefined ? {} : { body: JSON.stringify(body) }) };
  let response: Response;
  let text: string;
  try {
    response = await fetch(url + path, init);
    text = await response.text();
  } catch (cause) {
    throw new Error(
      `Cannot reach the server at ${url} (process ${server.pid}): ${innermost(cause)}; ` +
        "is it ending?",
      { cause },
    );
  }
  if (response.ok) return JSON.parse(text);
  throw refusal(response.status, text, server);
}

function refusal(status: number, text: string, { url, pid }: RunningServer): Error {
  if (status === 401) {
    return new Error(
      `Cannot ask the server at ${url} (process ${pid}): it refuses the token that ` +
        ".sluice/server.json has for it; start it again",
    );
  }
  const detail = detailOf(text) ?? `The server at ${url} answered with ${status}`;
  return status < 500 ? new UsageError(detail) : new Error(detail);
}

function detailOf(text: string): string | undefined {
  try {
    const { detail } = JSON.parse(text);
    return typeof detail === "string" ? detail : undefined;
  } catch {
    return undefined; // Something else answers there, in a language of its own.
  }
}

function innermost(error: unknown): string {
  const { message, cause } = error as Error;
  return cause instanceof Error ? innermost(cause) : message;
}
