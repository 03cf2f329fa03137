/** A notebook of 200 cells compiled, cold and from the cache. @module */
import { join } from "node:path";
import type { Case } from "../case.ts";
import { secondsOf } from "../goals.ts";

const compiling: Case = {
  name: "compile",
  title: "A notebook of 200 cells compiled (`graph`), process included",
  contenders: async (bench) => {
    const notebook = await bench.chain(200);
    const command = {
      args: [Deno.execPath(), "run", "-A", "--quiet", "runtime/cli.ts", "graph", notebook],
      cwd: bench.root,
    };
    const compiled = join(bench.root, ".sluice", "compiled");
    return [
      { name: "cold", command, prepare: () => removeCompiled(compiled, "chain_200") },
      { name: "from the cache", command },
    ];
  },
  goals: [
    { text: "seconds cold, at most 0.5", limit: 0.5, value: secondsOf("cold") },
    {
      text: "seconds from the cache, at most 0.06",
      limit: 0.06,
      value: secondsOf("from the cache"),
    },
  ],
};

async function removeCompiled(folder: string, name: string): Promise<void> {
  await Deno.mkdir(folder, { recursive: true });
  for await (const entry of Deno.readDir(folder)) {
    if (entry.name.startsWith(name)) await Deno.remove(join(folder, entry.name));
  }
}

export const cases = [compiling];
