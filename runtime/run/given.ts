/** How an emitted module asks for its parameters: the override, or the default. @module */
import type { Given } from "../compile/pipeline.ts";
import { convertOverride } from "./convert.ts";

/** A `Given` over these overrides; what it gives is noted in `variables`, where `run.variables` reads it.
 *
 * @example
 * ```ts
 * import { givenFrom } from "./given.ts";
 * const given = givenFrom({ limit: "20" }, {});
 * console.log(given("limit", 5), given("url", "https://example.org")); // 20 "https://example.org"
 * ``` */
export function givenFrom(
  overrides: Readonly<Record<string, string>>,
  variables: Record<string, unknown>,
): Given {
  return <Value>(name: string, fallback: Value): Value => {
    const text = Object.hasOwn(overrides, name) ? overrides[name] : undefined;
    const value = text === undefined ? fallback : convertOverride(name, text, fallback) as Value;
    variables[name] = value;
    return value;
  };
}
