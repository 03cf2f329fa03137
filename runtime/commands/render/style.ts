/** Colours and signs. Colours are used only where the stream is a terminal and NO_COLOR is not set;
 *  signs stand beside words, so that nothing is said by colour alone. @module */

export type Tone = "good" | "bad" | "active" | "warning" | "quiet" | "strong";

/** Colours a text, or leaves it as it is. */
export type Paint = (tone: Tone, text: string) => string;

/** The codes of ECMA-48 that begin and end a tone: green, red, cyan, yellow, dim, bold. */
const CODES = {
  good: [32, 39],
  bad: [31, 39],
  active: [36, 39],
  warning: [33, 39],
  quiet: [2, 22],
  strong: [1, 22],
} as const satisfies Record<Tone, readonly [begin: number, end: number]>;

const colours: Paint = (tone, text) => {
  const [begin, end] = CODES[tone];
  return text === "" ? "" : `\x1b[${begin}m${text}\x1b[${end}m`;
};

/** No colours at all: for pipes, files and tests. */
export const plain: Paint = (_tone, text) => text;

/** The paint for a stream of this process.
 *
 * @example
 * ```ts
 * import { paintFor } from "./style.ts";
 * console.log(paintFor(Deno.stdout)("good", "completed"));
 * ``` */
export function paintFor(stream: { isTerminal(): boolean }): Paint {
  return stream.isTerminal() && !Deno.noColor && Deno.env.get("TERM") !== "dumb" ? colours : plain;
}

/** The sign and tone of a run's or a block run's status. */
export function signOf(status: string): { readonly sign: string; readonly tone: Tone } {
  switch (status) {
    case "completed":
      return { sign: "✓", tone: "good" };
    case "failed":
      return { sign: "✗", tone: "bad" };
    case "running":
      return { sign: "●", tone: "active" };
    case "cancelled":
      return { sign: "■", tone: "warning" };
    case "upstream_failed":
    case "condition_failed":
      return { sign: "–", tone: "quiet" };
    default:
      return { sign: "·", tone: "quiet" };
  }
}
