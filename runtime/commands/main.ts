/** From arguments to an exit code: finds the command, loads its file alone, parses, runs it, and turns
 *  whatever it throws into one clear line. @module */
import { Command, CommanderError } from "commander";
import { COMMANDS } from "./commands.ts";
import { EXIT, type ExitCode, UsageError } from "./exit_code.ts";
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
    if (error instanceof CommanderError && error.exitCode === 0) return EXIT.completed;
    const { errorText } = await import("./render/error_text.ts");
    const { paintFor } = await import("./render/style.ts");
    console.error(errorText(error, { isDebug: isDebug(args), paint: paintFor(Deno.stderr) }));
    if (isUnclear(error)) console.error(`See deno task ${commandIn(args)} --help`);
    return isWrongUse(error) ? EXIT.wrongUse : EXIT.failed;
  }
}

async function answer(args: readonly string[]): Promise<ExitCode> {
  const program = new Command("deno task").exitOverride()
    .description("Sluice: a Jupyter notebook as a data pipeline")
    .usage("<command> [options]")
    .configureOutput({ writeErr: () => {} });
  const wanted = commandIn(args);
  let exitCode: ExitCode = EXIT.completed;
  for (const [name, { summary, load }] of Object.entries(COMMANDS)) {
    const command = program.command(name)
      .description(summary).helpOption("-h, --help", "show this help");
    if (name !== wanted) continue;
    const { declare } = await load();
    const act = declare(command);
    command.option("--debug", "show the stack of an error");
    command.action(async () => {
      exitCode = await act(placeOf(Deno.cwd(), Deno.env.get("INIT_CWD")), command);
    });
  }
  program.helpCommand(false).helpOption("-h, --help", "show this help");
  if (wanted === undefined && args.length === 0) {
    program.outputHelp();
    return EXIT.wrongUse;
  }
  await program.parseAsync([...args], { from: "user" });
  return exitCode;
}

function isWrongUse(error: unknown): boolean {
  return error instanceof UsageError || error instanceof CommanderError ||
    (error instanceof Error &&
      ["CompileError", "CompileErrors", "RequestError", "ConflictError"].includes(error.name));
}

function commandIn(args: readonly string[]): string | undefined {
  return args.find((arg) => !arg.startsWith("-"));
}

/** The number of arguments alone does not say which were meant. */
function isUnclear(error: unknown): boolean {
  return error instanceof CommanderError &&
    ["commander.missingArgument", "commander.excessArguments"].includes(error.code);
}

function isDebug(args: readonly string[]): boolean {
  return args.includes("--debug") || Deno.env.get("SLUICE_DEBUG") === "1";
}
