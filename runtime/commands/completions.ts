/** `completions <shell>`: a script that completes `deno task <command> …` in a project of Sluice.
 *  The script asks this same command, with the words after `--`, what may stand next. @module */
import { fromFileUrl } from "../context/file_url.ts";
import { Command, oneOf } from "./arguments/command.ts";
import { COMMANDS, type Declare } from "./commands.ts";
import { candidates } from "./completion_candidates.ts";
import { EXIT } from "./exit_code.ts";

/** The shells; the script of each is the file `completions/<shell>`, with SLUICE_CLI where the command line lies. */
const SHELLS = ["bash", "zsh", "fish"] as const;

/** Declares `completions`. */
export const declare: Declare = (command) => {
  command.argument("<shell>", "whose script to print", { read: oneOf(SHELLS) })
    .argument("[words...]", "after --: print what may stand in place of the last of these words")
    .note(
      'bash, zsh: eval "$(deno task -q completions bash)" in ~/.bashrc\n' +
        "fish: deno task -q completions fish | source",
    );
  return async (place, parsed) => {
    const [shell, words] = parsed.args<[typeof SHELLS[number], readonly string[]]>();
    if (words.length === 0) {
      console.log(await scriptOf(shell));
      return EXIT.completed;
    }
    const declared = await declaredCommand(words[0] ?? "");
    const found = await candidates(words, { place, declared });
    if (found.length > 0) console.log(found.join("\n"));
    return EXIT.completed;
  };
};

async function declaredCommand(name: string): Promise<Command | undefined> {
  if (!Object.hasOwn(COMMANDS, name)) return undefined;
  const command = new Command(name);
  (await COMMANDS[name as keyof typeof COMMANDS].load()).declare(command);
  return command;
}

async function scriptOf(shell: typeof SHELLS[number]): Promise<string> {
  const script = await (await fetch(new URL(`./completions/${shell}`, import.meta.url))).text();
  const cli = new URL("../cli.ts", import.meta.url);
  return script.replaceAll("SLUICE_CLI", cli.protocol === "file:" ? fromFileUrl(cli) : cli.href)
    .trimEnd();
}
