/** Runs inside the stock Deno kernel and evaluates the cells that the front sends.
 *
 *  A cell is evaluated from `setImmediate`, so that the kernel around it stays free to answer, and
 *  ends with a message on the queue of its own outputs: nothing can come after it. @module */
import { announce } from "./broadcast.ts";
import { closeAll, runInCell, stopCell } from "./cell_scope.ts";
import { describe } from "./describe.ts";
import { evaluate } from "./evaluate.ts";
import { hostError } from "./host_error.ts";
import { media } from "./media.ts";
import { FailedImport, forgetImports, importAll, refreshModules } from "./modules.ts";
import { changedNames, declareNames, hasValue, snapshot } from "./names.ts";
import {
  ANSWER,
  FRONT_VARIABLE,
  type Host,
  HOST_SYMBOL,
  type HostCell,
  type HostResult,
} from "./protocol.ts";
import { forbidExit, routeOutput } from "./stray_output.ts";

const host: Host = {
  runCell,
  abandon: stopCell,
  describe,
  defined: (names) => names.filter(hasValue),
  close: closeAll,
};

routeOutput();
forbidExit();
Reflect.set(globalThis, Symbol.for(HOST_SYMBOL), { call });

const watch = new URL(`./parent_watch.ts?front=${Deno.env.get(FRONT_VARIABLE)}`, import.meta.url);
new Worker(watch, { type: "module" });

function call(id: string, name: keyof Host, args: readonly unknown[]): void {
  const run = host[name] as (...args: readonly unknown[]) => unknown;
  setImmediate(async () => {
    try {
      announce(ANSWER, { id, value: await run(...args) });
    } catch (error) {
      announce(ANSWER, { id, error: hostError(error) });
    }
  });
}

async function runCell(cell: HostCell): Promise<HostResult> {
  const before = snapshot(cell.names);
  const changed: string[] = [];
  try {
    return await runInCell(cell, async () => {
      changed.push(...await refreshModules(cell.reads));
      changed.push(...await importAll(cell.imports));
      forgetImports(cell.names);
      declareNames(cell.names);
      const [value] = await evaluate(cell) ?? [];
      changed.push(...changedNames(before));
      const data = value === undefined || value === null ? undefined : await media(value);
      return { changed, ...(data && { data }) };
    });
  } catch (error) {
    changed.push(...changedNames(before));
    const isImport = error instanceof FailedImport;
    return {
      changed,
      error: hostError(isImport ? error.cause : error),
      ...(isImport && { failedImport: error.index }),
    };
  }
}
