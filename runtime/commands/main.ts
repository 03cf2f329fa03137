/** From arguments to an exit code: finds the command, loads its file alone, parses, runs it, and turns
 *  whatever it throws into one clear line. @module */
import { executable } from "../context/executable.ts";
import { Command } from "./arguments/command.ts";
import { parse } from "./arguments/parse.ts";
import { type CommandEntry, type CommandName, COMMANDS } from "./commands.ts";
import { EXIT, type ExitCode, UsageError } from "./exit_code.ts";
import { meant, nearest } from "./meant.ts";
import { placeOf } from "./place.ts";

/** Runs the command that `args` name and says how it ended; never throws.
 *
 * @example
 * ```ts
 * import { main } from "./main.ts";
 * console.log(await main(["list", "--help"])); // the command's help, then 0
 * ``` */
export async function main(args: readonly string[]): Promise<ExitCode> {
  try {
    return await answer(args);
  } catch (error) {
    const { errorText } = await import("./render/error_text.ts");
    const { paintFor } = await import("./render/style.ts");
    console.error(errorText(error, { isDebug: isDebug(args), paint: paintFor(Deno.stderr) }));
    return isWrongUse(error) ? EXIT.wrongUse : EXIT.failed;
  }
}

async function answer(args: readonly string[]): Promise<ExitCode> {
  const at = args.findIndex((arg) => !arg.startsWith("-"));
  const name = args[at];
  if (name === undefined) return await overview(args);
  if (!isCommand(name)) throw await unknown("command", name, Object.keys(COMMANDS));
  const { summary, load, needsSources }: CommandEntry = COMMANDS[name];
  if (needsSources && executable()) {
    throw new UsageError(
      `Cannot ${name} in an executable: it holds no notebooks and no Deno; ` +
        `call deno task ${name} in the project`,
    );
  }
  const command = new Command(name, summary);
  const { declare } = await load();
  const act = declare(command);
  command.option("--debug", "show the stack of an error");
  const parsed = await parse(command, args.toSpliced(at, 1));
  if (parsed) return await act(placeOf(Deno.cwd(), Deno.env.get("INIT_CWD")), parsed);
  const { helpText } = await import("./arguments/help.ts");
  console.log(helpText(command, { width: widthOf(Deno.stdout) }));
  return EXIT.completed;
}

/** What there is; asked for by name it is no wrong use. */
async function overview(args: readonly string[]): Promise<ExitCode> {
  const isAsked = args.includes("--help") || args.includes("-h");
  const [option] = args;
  if (!isAsked && option !== undefined) throw await unknown("option", option, ["--help"]);
  const { overviewText } = await import("./arguments/help.ts");
  const commands = Object.entries<CommandEntry>(COMMANDS)
    .filter(([, { needsSources }]) => !(needsSources && executable()))
    .map(([name, { summary }]) => ({ name, summary }));
  console.log(overviewText(commands, { width: widthOf(Deno.stdout) }));
  return isAsked ? EXIT.completed : EXIT.wrongUse;
}

function isCommand(name: string): name is CommandName {
  return Object.hasOwn(COMMANDS, name);
}

async function unknown(
  what: "command" | "option",
  name: string,
  known: readonly string[],
): Promise<UsageError> {
  return new UsageError(`Unknown ${what} '${name}'${meant(await nearest(name, known))}`);
}

function isWrongUse(error: unknown): boolean {
  return error instanceof UsageError || (error instanceof Error &&
    ["CompileError", "CompileErrors", "RequestError", "ConflictError"].includes(error.name));
}

function isDebug(args: readonly string[]): boolean {
  return args.includes("--debug") || Deno.env.get("SLUICE_DEBUG") === "1";
}

/** Of a pipe and of a terminal that gives no size, 80. */
function widthOf(stream: { isTerminal(): boolean }): number {
  try {
    return stream.isTerminal() && Deno.consoleSize().columns || 80;
  } catch {
    return 80;
  }
}
