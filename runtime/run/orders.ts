/** How a run's process gets its orders: one line of JSON each, on standard input.
 *
 *  Blocks, and what they start, must not take a line that was not meant for them: for them the input is at
 *  its end from the beginning. @module */
import { joinBytes } from "../context/join_bytes.ts";
import type { RunOrder } from "./request.ts";

const CHUNK_BYTES = 64 * 1024;
const LINE_BREAK = 10;

/** Takes standard input for orders alone. The function given resolves with the next one; undefined where
 *  there will be none. While nobody calls it nothing is read, which would keep the process alive. */
export function openOrders(): () => Promise<RunOrder | undefined> {
  const read = Deno.stdin.read.bind(Deno.stdin);
  hideInput();
  let held = new Uint8Array();
  return async () => {
    const pieces = [held];
    for (let piece = held; !piece.includes(LINE_BREAK);) {
      const chunk = new Uint8Array(CHUNK_BYTES);
      const size = await read(chunk);
      if (size === null) return undefined;
      piece = chunk.subarray(0, size);
      pieces.push(piece);
    }
    const bytes = joinBytes(pieces);
    const end = bytes.indexOf(LINE_BREAK);
    held = bytes.slice(end + 1);
    return JSON.parse(new TextDecoder().decode(bytes.subarray(0, end)));
  };
}

function hideInput(): void {
  Object.defineProperties(Deno.stdin, {
    read: { value: () => Promise.resolve(null) },
    readSync: { value: () => null },
    readable: { get: () => new Blob([]).stream() },
  });
  const { get, value } = Object.getOwnPropertyDescriptor(Deno, "Command") ?? {};
  let quiet: typeof Deno.Command | undefined;
  // Made at its first use: what starts programs takes some milliseconds to load.
  Object.defineProperty(Deno, "Command", {
    configurable: true,
    enumerable: true,
    get: () => quiet ??= withoutInput(get ? get.call(Deno) : value),
    set: (Command: typeof Deno.Command) => quiet = Command,
  });
}

/** A program that is started without a word about its input would inherit ours. */
function withoutInput(Command: typeof Deno.Command): typeof Deno.Command {
  return class extends Command {
    constructor(program: string | URL, options: Deno.CommandOptions = {}) {
      const { stdin = "null" } = options;
      super(program, { ...options, stdin: stdin === "inherit" ? "null" : stdin });
    }
  };
}
