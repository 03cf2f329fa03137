/** ZMTP on the wire. @module */
import assert from "node:assert/strict";
import fc from "fast-check";
import {
  encodeFrames,
  readFrames,
  readyCommand,
  readyIdentity,
} from "../../../kernel/zmtp/frames.ts";

/** Gives the bytes away piece by piece, as a connection would. */
function taker(bytes: Uint8Array) {
  let at = 0;
  return (length: number) => {
    if (at + length > bytes.length) return Promise.resolve(undefined);
    return Promise.resolve(bytes.subarray(at, at += length));
  };
}

Deno.test("readFrames() gives back what encodeFrames() wrote, of any length", async () => {
  const frame = fc.uint8Array({ maxLength: 600 });
  await fc.assert(
    fc.asyncProperty(fc.array(frame, { minLength: 1, maxLength: 5 }), async (frames) => {
      const received = await readFrames(taker(encodeFrames(frames)));
      assert.deepEqual(received?.frames.map((it) => [...it]), frames.map((it) => [...it]));
      assert.equal(received?.isCommand, false);
    }),
  );
});

Deno.test("readFrames() ends where the bytes end within a message", async () => {
  const bytes = encodeFrames([new Uint8Array(300)]);
  assert.equal(await readFrames(taker(bytes.subarray(0, 200))), undefined);
});

Deno.test("readyIdentity() finds the identity behind other properties", async () => {
  const received = await readFrames(taker(readyCommand("DEALER", "front-1")));
  assert.equal(received?.isCommand, true);
  assert.equal(readyIdentity(received!.frames[0]!), "front-1");
  assert.equal(readyIdentity(new Uint8Array([5, 82, 69, 65, 68, 89])), "");
});
