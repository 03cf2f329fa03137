/** A request that cannot become a run: wrong use, told before anything starts. @module */

/** Thrown before a run is created; the command line answers with exit code 2. */
export class RequestError extends Error {
  override readonly name = "RequestError";
}
