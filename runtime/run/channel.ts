/** The channel from a run's process to its supervisor: marked lines on standard output.
 *
 *  Blocks, and what they start, write to the same output; so each line of ours bears a random word
 *  that only the two processes know, and is written in pieces so small that the system never splits
 *  one. All else on the output is log text. @module */

/** POSIX promises that a write of this many bytes to a pipe is never mixed with another's. */
const ATOMIC_BYTES = 4096;
const MARK = "\u001e";

export interface Sender<Message = unknown> {
  /** Sends it, after all that was sent before. */
  (message: Message): void;
  /** Sends it with what follows in the next microtask, at the latest before any code that was waiting. */
  soon(message: Message): void;
}

/** Writes messages to `write`, which must be synchronous: a process may end right after. */
export function openSender(nonce: string, write: (bytes: Uint8Array) => void): Sender {
  const encoder = new TextEncoder();
  const prefix = `${MARK}${nonce}`;
  // Characters of JSON are at most three bytes for each UTF-16 unit.
  const pieceLength = Math.floor((ATOMIC_BYTES - prefix.length - 2) / 3) - 4;
  let held = "";
  function flush(): void {
    if (held !== "") write(encoder.encode(held));
    held = "";
  }
  function hold(message: unknown): void {
    const text = JSON.stringify(message);
    for (let start = 0; start < text.length; start += pieceLength) {
      const isLast = start + pieceLength >= text.length;
      const piece = escapeHalves(text.slice(start, start + pieceLength));
      const line = `${prefix}${isLast ? "." : "+"}${piece}\n`;
      if ((held.length + line.length) * 3 > ATOMIC_BYTES) flush();
      held += line;
    }
  }
  const send = (message: unknown) => {
    hold(message);
    flush();
  };
  const soon = (message: unknown) => {
    if (held === "") queueMicrotask(flush);
    hold(message);
  };
  return Object.assign(send, { soon });
}

/** Tells messages from text in what a run's process writes.
 *
 * Text is given line by line, without its line break; `end` gives what stood after the last one. */
export function openReceiver(
  nonce: string,
  to: { message: (message: unknown) => void; text: (line: string) => void },
): { receive(chunk: string): void; end(): void } {
  const prefix = `${MARK}${nonce}`;
  let held = "";
  let pieces = "";
  function receiveLine(line: string): void {
    const at = line.indexOf(prefix);
    if (at < 0) return to.text(line);
    // What stands before the mark was written without a line break.
    if (at > 0) to.text(line.slice(0, at));
    const rest = line.slice(at + prefix.length);
    pieces += rest.slice(1);
    if (rest[0] !== ".") return;
    const whole = pieces;
    pieces = "";
    to.message(JSON.parse(whole));
  }
  return {
    receive(chunk) {
      const lines = (held + chunk).split("\n");
      held = lines.pop() ?? "";
      for (const line of lines) receiveLine(line);
    },
    end() {
      if (held !== "") receiveLine(held);
      held = "";
    },
  };
}

/** A pair of surrogates cut in two would not survive the encoding; as escapes the halves do. */
function escapeHalves(piece: string): string {
  return piece.replace(
    /^[\udc00-\udfff]|[\ud800-\udbff]$/g,
    (half) => `\\u${half.charCodeAt(0).toString(16)}`,
  );
}
