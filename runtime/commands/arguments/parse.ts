/** From what was typed after a command to its arguments and options, or one clear error. @module */
import { calledAs } from "../../context/executable.ts";
import { UsageError } from "../exit_code.ts";
import { meant, nearest } from "../meant.ts";
import type { Argument, Command, Option, Read } from "./command.ts";

/** What a command was called with. */
export interface Parsed {
  /** The arguments in their order, arrays where they take the rest. */
  args<Args extends readonly unknown[]>(): Args;
  /** The options that were given or have a default, by their keys. */
  opts<Options>(): Options;
}

/** What was typed, told apart and not yet read. */
interface Typed {
  readonly words: string[];
  readonly options: { readonly option: Option; readonly text: string }[];
}

/** Parses `typed`; undefined where help is asked for.
 *
 * @throws {UsageError} where something is unknown, missing, too much or does not fit. */
export async function parse(
  command: Command,
  typed: readonly string[],
): Promise<Parsed | undefined> {
  const told = await tellApart(command, typed);
  if (told === undefined) return undefined;
  const options = readOptions(command, told.options);
  const args = readArguments(command, told.words);
  return { args: <Args>() => args as Args, opts: <Options>() => options as Options };
}

async function tellApart(
  command: Command,
  typed: readonly string[],
): Promise<Typed | undefined> {
  const told: Typed = { words: [], options: [] };
  const left = [...typed];
  for (let word = left.shift(); word !== undefined; word = left.shift()) {
    if (word === "--") {
      told.words.push(...left);
      break;
    }
    if (word === "--help" || word === "-h") return undefined;
    if (!word.startsWith("-") || word === "-") told.words.push(word);
    else takeOption(await findOption(command, word), { left, told });
  }
  return told;
}

interface Found {
  readonly option: Option;
  /** What was written together with it: behind `=`, or behind a single letter. */
  readonly joined: string | undefined;
  readonly isLong: boolean;
}

async function findOption({ options }: Command, word: string): Promise<Found> {
  const isLong = word.startsWith("--");
  const [, name = "", joined] = (isLong ? /^(.*?)(?:=(.*))?$/s : /^(..)(.+)?$/s).exec(word) ?? [];
  const option = options.find((known) => [known.long, known.short].includes(name));
  if (option) return { option, joined, isLong };
  const near = isLong ? await nearest(name, options.map((known) => known.long)) : [];
  throw new UsageError(`Unknown option '${isLong ? name : word}'${meant(near)}`);
}

function takeOption(
  { option, joined, isLong }: Found,
  { left, told }: { readonly left: string[]; readonly told: Typed },
): void {
  if (!option.takesValue) {
    if (joined !== undefined && isLong) {
      throw new UsageError(`Option '${option.usage}' takes no value: leave out =${joined}`);
    }
    // Letters may stand together: -ab is -a -b.
    if (joined !== undefined) left.unshift(`-${joined}`);
    told.options.push({ option, text: "" });
    return;
  }
  const text = joined ?? left.shift();
  if (text === undefined) throw new UsageError(`Option '${option.usage}' argument missing`);
  told.options.push({ option, text });
  while (option.takesRest && left[0] !== undefined && !left[0].startsWith("-")) {
    told.options.push({ option, text: left.shift() as string });
  }
}

function readOptions(command: Command, given: Typed["options"]): Record<string, unknown> {
  const found: Record<string, unknown> = {};
  for (const { option, text } of given) {
    const { given: isOn, key, read, takesRest, takesValue, usage } = option;
    const before = found[key];
    if (!takesValue) found[key] = isOn;
    else if (takesRest) found[key] = [...(before as unknown[] | undefined) ?? [], text];
    else found[key] = readOne(text, { read, before, of: `Option '${usage}' argument` });
  }
  for (const { key, isRequired, fallback, usage } of command.options) {
    if (Object.hasOwn(found, key)) continue;
    if (isRequired) throw new UsageError(`Required option '${usage}' not specified`);
    if (fallback !== undefined) found[key] = fallback;
  }
  return found;
}

function readArguments({ name, arguments: known }: Command, words: readonly string[]): unknown[] {
  const see = `\nSee ${calledAs(name)} --help`;
  const most = known.at(-1)?.takesRest ? Infinity : known.length;
  if (words.length > most) {
    throw new UsageError(
      `Too many arguments for '${name}': Expected ${most} argument${most === 1 ? "" : "s"} ` +
        `but got ${words.length}: ${words.join(", ")}${see}`,
    );
  }
  return known.map((argument, at) => {
    if (argument.takesRest) return words.slice(at).map((text) => readWord(argument, text));
    const text = words[at];
    if (text !== undefined) return readWord(argument, text);
    if (!argument.isRequired) return undefined;
    throw new UsageError(`Missing required argument '${argument.name}'${see}`);
  });
}

function readWord({ name, read }: Argument, text: string): unknown {
  return readOne(text, { read, before: undefined, of: `Argument '${name}'` });
}

function readOne(
  text: string,
  { read, before, of }: {
    readonly read: Read | undefined;
    readonly before: unknown;
    readonly of: string;
  },
): unknown {
  if (!read) return text;
  try {
    return read(text, before as never);
  } catch (cause) {
    if (!(cause instanceof UsageError)) throw cause;
    throw new UsageError(`${of} '${text}' is invalid: ${cause.message}`, { cause });
  }
}
