import assert from "node:assert/strict";
import { EventLog } from "../../runtime/serve/event_log.ts";

const event = (at: number) => ({
  run: "r",
  event: { type: "block_waiting", block: "b", at, everyMs: 1 } as const,
});

function filled(count: number): EventLog {
  const log = new EventLog({ kept: 10, epoch: "e" });
  for (let at = 1; at <= count; at++) log.add(event(at));
  return log;
}

Deno.test("EventLog.after() gives what came since", () => {
  assert.deepEqual(filled(5).after("e-3").map(({ id }) => id), ["e-4", "e-5"]);
  assert.deepEqual(filled(5).after("e-5"), []);
});

Deno.test("EventLog.after() says that some were missed, once they are gone or of another server", () => {
  const log = filled(100);
  const held = Number(log.after("e-90").at(0)?.id.split("-")[1]);
  assert.equal(held, 91);
  const cases = ["e-3", "other-99", "nonsense", ""];
  for (const id of cases) assert.deepEqual(log.after(id), [{ id: "e-100", missed: true }], id);
});

Deno.test("EventLog.listen() tells each event until it is stopped", () => {
  const log = new EventLog({ epoch: "e" });
  const heard: string[] = [];
  const stop = log.listen(({ id }) => heard.push(id));
  log.add(event(1));
  stop();
  log.add(event(2));
  assert.deepEqual(heard, ["e-1"]);
});
