/** Which modules are Sluice's. @module */

const SLUICE = new URL("../../", import.meta.url).href;
const OWN = ["mod.ts", "runtime/", "kernel/", "vendor/"].map((path) => `${SLUICE}${path}`);

/** Whether the module at `url` is Sluice's own or one that comes with it: the same for every run, and no place
 *  where an error of a project can be. The blocks and notebooks in Sluice's folder are those of a project.
 *
 * @example
 * ```ts
 * import { isOwnModule } from "./own_module.ts";
 * console.log(isOwnModule(import.meta.resolve("../../blocks/taxi.ts"))); // false
 * ``` */
export function isOwnModule(url: string): boolean {
  return OWN.some((own) => url.startsWith(own));
}
