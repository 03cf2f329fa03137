/** Errors as HTTP tells them: `application/problem+json` (RFC 9457) whose detail says what to do. @module */
import { ownRedact } from "../io/profiles/own_redact.ts";

/** What a request is refused with.
 *
 * @example
 * ```ts
 * import { Problem } from "./problem.ts";
 * console.log(new Problem(404, "Cannot find run x; GET /api/runs lists them").status); // 404
 * ``` */
export class Problem extends Error {
  override readonly name = "Problem";
  readonly status: number;
  /** Members beside the standard ones: what was wrong with which field. */
  readonly more: Readonly<Record<string, unknown>>;

  constructor(
    status: number,
    detail: string,
    { cause, ...more }: { readonly cause?: unknown; readonly [member: string]: unknown } = {},
  ) {
    super(detail, { cause });
    this.status = status;
    this.more = more;
  }
}

const TITLES: Readonly<Record<number, string>> = {
  400: "Bad request",
  401: "Token needed",
  403: "Refused",
  404: "Not found",
  409: "Conflict",
  412: "Changed meanwhile",
  413: "Too large",
  415: "Not JSON",
  422: "Cannot be done as asked",
  503: "Not ready",
};

/** Errors of the layers below that mean: what was asked for cannot be done as asked, or not any more. */
const STATUS_OF: Readonly<Record<string, number>> = {
  RequestError: 422,
  CompileError: 422,
  CompileErrors: 422,
  ConflictError: 409,
};

/** An error as it is told to whoever asked. */
export interface Told {
  readonly title: string;
  readonly status: number;
  readonly detail: string;
  /** Members beside the standard ones. */
  readonly more: Readonly<Record<string, unknown>>;
}

/** What is told of whatever a route threw; secrets are hidden, stacks stay here. */
export function toldOf(error: unknown): Told {
  const { status, detail, more } = partsOf(error);
  return { title: TITLES[status] ?? "Failed", status, detail: ownRedact()(detail), more };
}

/** The response for a program. */
export function problemResponse({ title, status, detail, more }: Told): Response {
  const body = { type: "about:blank", title, status, detail, ...more };
  return new Response(JSON.stringify(body) + "\n", {
    status,
    headers: {
      "content-type": "application/problem+json",
      ...(status === 401 ? { "www-authenticate": "Bearer" } : {}),
    },
  });
}

function partsOf(error: unknown): {
  readonly status: number;
  readonly detail: string;
  readonly more: Readonly<Record<string, unknown>>;
} {
  if (error instanceof Problem) {
    return { status: error.status, detail: error.message, more: error.more };
  }
  if (!(error instanceof Error)) return { status: 500, detail: String(error), more: {} };
  const status = STATUS_OF[error.name] ?? 500;
  const errors = error instanceof AggregateError ? error.errors.map(messageOf) : [];
  return { status, detail: error.message, more: errors.length > 0 ? { errors } : {} };
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
