import assert from "node:assert/strict";
import { type Awaits, Parking } from "../../runtime/run/parking.ts";

const SOON_MS = 60_000;

interface Case {
  readonly what: string;
  readonly blocks: Readonly<Record<string, Partial<Awaits>>>;
  readonly rests: readonly string[];
  readonly ends?: readonly string[];
  readonly isParked: boolean;
}

const CASES: readonly Case[] = [
  { what: "a sensor alone", blocks: { wait: {} }, rests: ["wait"], isParked: true },
  {
    what: "a block below",
    blocks: { wait: {}, b: { all: ["wait"] } },
    rests: ["wait"],
    isParked: true,
  },
  {
    what: "a block beside that goes on",
    blocks: { wait: {}, b: {} },
    rests: ["wait"],
    isParked: false,
  },
  {
    what: "a block beside that has ended",
    blocks: { wait: {}, b: {} },
    rests: ["wait"],
    ends: ["b"],
    isParked: true,
  },
  {
    what: "a block that begins when another ends",
    blocks: { wait: {}, a: {}, b: { all: ["a"] } },
    rests: ["wait"],
    ends: ["a"],
    isParked: false,
  },
  {
    what: "a callback that nothing has called",
    blocks: { wait: {}, c: { any: ["wait"] } },
    rests: ["wait"],
    isParked: true,
  },
  {
    what: "a callback that is told of the first of two",
    blocks: { wait: {}, a: {}, c: { any: ["a", "wait"] } },
    rests: ["wait"],
    ends: ["a"],
    isParked: false,
  },
  {
    what: "nothing that rests",
    blocks: { a: {}, b: {} },
    rests: [],
    ends: ["a", "b"],
    isParked: false,
  },
];

for (const { what, blocks, rests, ends = [], isParked } of CASES) {
  Deno.test(`Parking ${isParked ? "parks" : "does not park"} with ${what}`, async () => {
    const dueAts: number[] = [];
    const parking = new Parking({
      blocks: new Map(
        Object.entries(blocks).map(([name, awaits]) => [name, { all: [], any: [], ...awaits }]),
      ),
      park: (dueAt) => Promise.resolve(dueAts.push(dueAt) > 0),
    });
    const cancel = new AbortController();
    const at = Date.now() + SOON_MS;
    const rested = rests.map((name) => parking.rest(name, at, cancel.signal));
    for (const name of ends) parking.end(name);
    if (isParked) assert.equal(await parking.parked, "parked");
    else cancel.abort();
    assert.deepEqual(dueAts, isParked ? [at] : []);
    if (!isParked) assert.deepEqual(await Promise.all(rested), rests.map(() => false));
  });
}

Deno.test("Parking waits for what is being saved, and goes on where it may not park", async () => {
  const { promise: saving, resolve } = Promise.withResolvers<void>();
  let asked = 0;
  const parking = new Parking({
    blocks: new Map([["wait", { all: [], any: [] }]]),
    park: () => Promise.resolve(++asked > 1),
  });
  parking.saveBeside(saving);
  const { signal } = new AbortController();
  const refused = parking.rest("wait", Date.now() + 20, signal);
  assert.equal(asked, 0);
  resolve();
  assert.equal(await refused, true);
  assert.equal(asked, 1);
  void parking.rest("wait", Date.now() + SOON_MS, signal);
  assert.equal(await parking.parked, "parked");
});
