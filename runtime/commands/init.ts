/** `init <dir>`: a project of its own that imports this Sluice from where it lies. @module */
import { join, relative, resolve } from "../context/paths.ts";
import { fileURLToPath } from "node:url";
import { COMMANDS, type Declare } from "./commands.ts";
import { EXIT, UsageError } from "./exit_code.ts";
import { shownPath } from "./place.ts";
import { templateText } from "./template_text.ts";
import { writeNewFile } from "./write_new_file.ts";

/** What a new project holds beside its deno.json: path → template. */
const FILES = {
  "README.md": "project/README.md",
  "io_config.yaml": "project/io_config.yaml",
  ".gitignore": "project/gitignore",
  "notebooks/hello.ipynb": "blank.ipynb",
  "tests/hello_test.ts": "project/hello_test.txt",
} as const;

/** Commands that work only in Sluice's own folder. */
const OF_SLUICE = new Set(["init", "demo", "bench"]);

/** What is taken over from Sluice's own deno.json. */
interface SluiceConfig {
  readonly unstable: readonly string[];
  readonly allowScripts: Readonly<Record<"allow" | "deny", readonly string[]>>;
  readonly imports: Readonly<Record<string, string>>;
  readonly compilerOptions: Readonly<Record<string, boolean>>;
}

/** Declares `init`. */
export const declare: Declare = (command) => {
  command.argument("<dir>", "the project's folder; it must be new or empty");
  return async (place, parsed) => {
    const [dir] = parsed.args<[string]>();
    const folder = resolve(place.folder, dir);
    refuseUsed(folder, dir);
    Deno.mkdirSync(folder, { recursive: true });
    writeNewFile(
      join(folder, "deno.json"),
      JSON.stringify(await configFor(folder), null, 2) + "\n",
    );
    for (const [path, template] of Object.entries(FILES)) {
      writeNewFile(
        join(folder, path),
        (await templateText(template)).replaceAll("PIPELINE", "hello"),
      );
    }
    console.log(
      `Made a project in ${shownPath(folder, place)}; go on with:\n` +
        `  cd ${forShell(shownPath(folder, place))}\n  deno task run hello\n  deno task test`,
    );
    return EXIT.completed;
  };
};

/** A path as it may be pasted into a shell. */
function forShell(path: string): string {
  return /^[\w./-]+$/.test(path) ? path : `'${path.replaceAll("'", "'\\''")}'`;
}

function refuseUsed(folder: string, dir: string): void {
  try {
    if ([...Deno.readDirSync(folder)].length === 0) return;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return;
    if (error instanceof Deno.errors.NotADirectory) {
      throw new UsageError(`Cannot make a project in ${dir}: it is a file`);
    }
    throw error;
  }
  throw new UsageError(`Cannot make a project in ${dir}: the folder is not empty`);
}

/** The project's deno.json: Sluice's dependencies as it pins them, and a command for each of its own. */
async function configFor(folder: string): Promise<Record<string, unknown>> {
  const own: SluiceConfig = await (await fetch(new URL("../../deno.json", import.meta.url))).json();
  const cli = addressFrom(folder, "../cli.ts");
  const tasks = Object.entries(COMMANDS).filter(([name]) => !OF_SLUICE.has(name)).map((
    [name, { summary }],
  ) => [name, {
    description: summary,
    command: `deno run -A --config deno.json "${cli}" ${name}`,
  }]);
  return {
    nodeModulesDir: "auto",
    unstable: own.unstable,
    allowScripts: own.allowScripts,
    imports: Object.fromEntries(
      Object.entries(own.imports).map(([name, address]) => [
        name,
        address.startsWith("./") ? addressFrom(folder, `../../${address}`) : address,
      ]),
    ),
    compilerOptions: own.compilerOptions,
    fmt: { lineWidth: 100 },
    exclude: [".sluice/", ".pipelines/", "node_modules/"],
    tasks: {
      ...Object.fromEntries(tasks),
      test: { description: "run the tests", command: "deno test -A" },
    },
  };
}

/** How deno.json in `folder` names a module of Sluice: near ones relative, so that both may move together. */
function addressFrom(folder: string, module: string): string {
  const address = new URL(module, import.meta.url);
  if (address.protocol !== "file:") return address.href;
  const path = fileURLToPath(address);
  const near = relative(folder, path);
  if (near.startsWith("../../..")) return path;
  return near.startsWith("..") ? near : `./${near}`;
}
