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

Deno.test("openSender() writes what may wait together with what follows, in its order", async () => {
  const pieces: Uint8Array[] = [];
  const send = openSender("nonce", (bytes) => pieces.push(bytes));
  send.soon("ended");
  send.soon("started");
  assert.equal(pieces.length, 0);
  await Promise.resolve();
  assert.equal(pieces.length, 1);
  send.soon("held");
  send("at once");
  await Promise.resolve();
  assert.deepEqual(receive(decode(pieces)), {
    messages: ["ended", "started", "held", "at once"],
    lines: [],
  });
});

Deno.test("openSender() joins no more than the system keeps together", async () => {
  const pieces: Uint8Array[] = [];
  const send = openSender("nonce", (bytes) => pieces.push(bytes));
  const messages = Array.from({ length: 100 }, (_, at) => `${at} ${"ü".repeat(at * 10)}`);
  for (const message of messages) send.soon(message);
  await Promise.resolve();
  assert.ok(pieces.every((piece) => piece.length <= 4096));
  assert.deepEqual(receive(decode(pieces)).messages, messages);
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
