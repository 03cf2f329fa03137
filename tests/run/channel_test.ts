import assert from "node:assert/strict";
import { openReceiver, openSender } from "../../runtime/run/channel.ts";

function receive(chunks: Iterable<string>): { messages: unknown[]; lines: string[] } {
  const messages: unknown[] = [];
  const lines: string[] = [];
  const receiver = openReceiver("nonce", {
    message: (message) => messages.push(message),
    text: (line) => lines.push(line),
  });
  for (const chunk of chunks) receiver.receive(chunk);
  receiver.end();
  return { messages, lines };
}

function sent(...messages: unknown[]): Uint8Array[] {
  const pieces: Uint8Array[] = [];
  const send = openSender("nonce", (bytes) => pieces.push(bytes));
  for (const message of messages) send(message);
  return pieces;
}

const decode = (pieces: readonly Uint8Array[]) =>
  pieces.map((piece) => new TextDecoder().decode(piece));

Deno.test("openReceiver() gives what openSender() sent, however the bytes were cut", () => {
  const messages = [{ a: 1 }, "line\nbreak\u001e", { long: "ü🐎\ud800".repeat(5000) }, null];
  const text = decode(sent(...messages)).join("");
  for (const size of [1, 7, 1000, text.length]) {
    const chunks = Array.from(
      { length: Math.ceil(text.length / size) },
      (_, at) => text.slice(at * size, (at + 1) * size),
    );
    assert.deepEqual(receive(chunks), { messages, lines: [] });
  }
});

Deno.test("openSender() writes no piece that the system might mix with another's", () => {
  for (const pattern of ["x", "ü", "🐎", "x🐎", "\ud800"]) {
    for (const piece of sent(pattern.repeat(20_000))) assert.ok(piece.length <= 4096);
  }
});

Deno.test("openReceiver() takes all else as text, also between the pieces and without a line break", () => {
  const pieces = decode(sent("x".repeat(3000)));
  assert.ok(pieces.length > 1);
  const mixed = [pieces[0] ?? "", "before\nno end", ...pieces.slice(1), "\n", "last"];
  assert.deepEqual(receive(mixed), {
    messages: ["x".repeat(3000)],
    lines: ["before", "no end", "", "last"],
  });
});

Deno.test("openReceiver() takes what another process marks with another word as text", () => {
  const forged = '\u001eother.{"type":"ended"}';
  assert.deepEqual(receive([`${forged}\n`]), { messages: [], lines: [forged] });
});
