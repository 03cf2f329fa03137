/** Requests that cannot be done as asked: told before anything changes. @module */

/** Thrown before a run is created; the command line answers with exit code 2. */
export class RequestError extends Error {
  override readonly name: string = "RequestError";
}

/** What was asked for was possible once, or will be: the run has ended, none of the runs failed. */
export class ConflictError extends RequestError {
  override readonly name = "ConflictError";
}
