/** An error as data, with its causes. @module */
import { namedStack } from "./evaluate.ts";
import type { HostError } from "./protocol.ts";

const DEPTH = 5;

/** What the front needs to show `error`; anything can be thrown, so anything is taken. */
export function hostError(error: unknown, depth = 0): HostError {
  if (!(error instanceof Error)) {
    return { name: "Thrown", message: Deno.inspect(error), stack: "" };
  }
  const isDeep = depth >= DEPTH;
  return {
    name: error.name,
    message: error.message,
    stack: namedStack(`${error.stack ?? ""}`),
    ...(error.cause === undefined || isDeep ? {} : { cause: hostError(error.cause, depth + 1) }),
    ...(error instanceof AggregateError && !isDeep
      ? { errors: error.errors.map((one) => hostError(one, depth + 1)) }
      : {}),
  };
}
