/** A place for connections that no run has opened: the project's profiles, outside of any run. @module */
import { Resources } from "../context/resources.ts";
import { type Scope, withScope } from "../context/scope.ts";

/** Calls work with the profiles of one project; its connections stay open until it is closed. */
export interface ProjectPlace {
  inside<Result>(work: () => Promise<Result>): Promise<Result>;
  close(): Promise<void>;
}

/** The place of a trigger's own connections in the project at `projectFolder`.
 *
 * @example
 * ```ts
 * import { projectPlace } from "./project_place.ts";
 * const place = projectPlace("/my/project", "nightly");
 * console.log(await place.inside(() => Promise.resolve(5))); // 5
 * await place.close();
 * ``` */
export function projectPlace(projectFolder: string, trigger: string): ProjectPlace {
  const resources = new Resources();
  const closing = new AbortController();
  const refuse = (what: string) => (): never => {
    throw new Error(`Cannot ${what} in trigger ${trigger}: it belongs to no run`);
  };
  const scope: Scope = {
    run: {
      id: "",
      pipeline: "",
      executionDate: Temporal.Now.zonedDateTimeISO("UTC"),
      interval: undefined,
      variables: {},
      event: undefined,
      signal: closing.signal,
      attempt: 1,
      live: false,
    },
    block: undefined,
    element: undefined,
    notebookFolder: projectFolder,
    projectFolder,
    profile: undefined,
    resources,
    report: () => {},
    registerHandler: refuse("listen with on()"),
    nextCall: refuse("append"),
    each: refuse("use each()"),
  };
  return {
    inside: (work) => withScope(scope, work),
    async close() {
      closing.abort();
      await resources.close();
    },
  };
}
