/** What a command takes: its arguments and options, each spelled out in a line. Written here, and not
 *  taken from a package: every command waits for this, and for a package's loading 30 ms. @module */
import { UsageError } from "../exit_code.ts";

/** Reads what was typed for an argument or an option; `before` is what an option that is repeated gave so far.
 *
 * @throws {UsageError} where it does not fit, saying what to write. */
export interface Read {
  (text: string, before?: never): unknown;
  /** What may be typed, where that is known. */
  readonly choices?: readonly string[];
}

/** What stands by itself on the command line. */
export interface Argument {
  readonly name: string;
  /** How help shows it: `<pipeline>`, `[path...]`. */
  readonly usage: string;
  readonly isRequired: boolean;
  /** It takes all that is left, as an array. */
  readonly takesRest: boolean;
  readonly description: string;
  readonly read: Read | undefined;
}

/** What is named on the command line. */
export interface Option {
  /** How help shows it: `-n, --limit <count>`. */
  readonly usage: string;
  /** `-n`. */
  readonly short: string | undefined;
  /** `--limit`. */
  readonly long: string;
  /** Its name among the parsed options: `executionDate` of `--execution-date`. */
  readonly key: string;
  readonly takesValue: boolean;
  /** What it gives where it takes no value: false for `--no-wait`, whose key is `wait`. */
  readonly given: boolean;
  /** It takes all values up to the next option, as an array. */
  readonly takesRest: boolean;
  readonly isRequired: boolean;
  readonly description: string;
  readonly read: Read | undefined;
  readonly fallback: unknown;
}

/** Spelled out by the command itself: `command.argument("<run>", "its id").option("--json", "…")`. */
export class Command {
  readonly arguments: Argument[] = [];
  readonly options: Option[] = [];
  /** Stands below the options in its help. */
  notes = "";

  /** `name` is how it is called, `summary` its line among all commands. */
  constructor(readonly name: string, public summary = "") {}

  /** An argument: `<name>` must be there, `[name]` may be, `[name...]` takes all that is left. */
  argument(usage: string, description: string, { read }: { read?: Read } = {}): this {
    this.arguments.push({
      name: usage.replaceAll(/[<>[\].]/g, ""),
      usage,
      isRequired: usage.startsWith("<"),
      takesRest: usage.includes("..."),
      description,
      read,
    });
    return this;
  }

  /** An option: `--json`, `--no-wait`, `-n, --limit <count>`, `--allow-host <name...>`. */
  option(
    usage: string,
    description: string,
    { read, fallback }: { read?: Read; fallback?: unknown } = {},
  ): this {
    return this.#add(usage, { description, read, fallback, isRequired: false });
  }

  /** An option that must be given. */
  requiredOption(usage: string, description: string, { read }: { read?: Read } = {}): this {
    return this.#add(usage, { description, read, fallback: undefined, isRequired: true });
  }

  /** What help says below the options. */
  note(text: string): this {
    this.notes = text;
    return this;
  }

  #add(
    usage: string,
    rest: Pick<Option, "description" | "read" | "fallback" | "isRequired">,
  ): this {
    const [long = "", no, name = ""] = /--(no-)?([\w-]+)/.exec(usage) ?? [];
    this.options.push({
      usage,
      short: /^-\w/.exec(usage)?.[0],
      long,
      key: name.replaceAll(/-(\w)/g, (_all, letter: string) => letter.toUpperCase()),
      takesValue: usage.includes("<"),
      given: no === undefined,
      takesRest: usage.includes("..."),
      ...rest,
      fallback: rest.fallback ?? (no === undefined ? undefined : true),
    });
    return this;
  }
}

/** Reads one of `choices`.
 *
 * @example
 * ```ts
 * import { Command, oneOf } from "./command.ts";
 * const command = new Command("new").option("--template <name>", "…", {
 *   read: oneOf(["sql", "blank"]),
 * });
 * console.log(command.options[0]?.read?.choices); // ["sql", "blank"]
 * ``` */
export function oneOf(choices: readonly string[]): Read {
  const read = (text: string) => {
    if (choices.includes(text)) return text;
    throw new UsageError(`Allowed choices are ${choices.join(", ")}`);
  };
  return Object.assign(read, { choices });
}
