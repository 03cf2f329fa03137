import assert from "node:assert/strict";
import * as z from "zod";
import { saidOf } from "../../runtime/serve/said.ts";

const SCHEMA = z.strictObject({
  start: z.string().min(1).max(10),
  interval: z.int().min(1).max(9).default(1),
  unit: z.enum(["day", "hour"]).default("day"),
  enabled: z.boolean().optional(),
  variables: z.record(z.string(), z.json()).optional(),
  retry: z.strictObject({ attempts: z.int() }).optional(),
});

const CASES: readonly (readonly [value: unknown, said: string])[] = [
  [{}, "start is missing; give text"],
  [{ start: 5 }, "start is 5; give text"],
  [{ start: "" }, 'start is ""; give text that is not empty'],
  [{ start: "2024-01-12T06:00" }, 'start is "2024-01-12T06:00"; give at most 10 characters'],
  [{ start: "a", strat: "b" }, "there is no `strat`; did you mean `start`?"],
  [{ start: "a", interval: 0 }, "interval is 0; give 1 or more"],
  [{ start: "a", interval: 10 }, "interval is 10; give 9 or less"],
  [{ start: "a", interval: 1.5 }, "interval is 1.5; give a whole number"],
  [{ start: "a", unit: "week" }, 'unit is "week"; give one of day, hour'],
  [{ start: "a", enabled: "no" }, 'enabled is "no"; give true or false'],
  [{ start: "a", variables: [] }, "variables is []; give a JSON object"],
  [{ start: "a", retry: {} }, "retry.attempts is missing; give a number"],
  [
    { start: "a", retry: { attempts: 1, atempts: 2 } },
    "there is no `atempts`; did you mean `attempts`?",
  ],
  [undefined, "it is missing; give a JSON object"],
  [[], "it is []; give a JSON object"],
];

for (const [value, said] of CASES) {
  Deno.test(`saidOf() of ${JSON.stringify(value)}: ${said}`, () => {
    const { error } = SCHEMA.safeParse(value);
    assert.ok(error);
    const messages = saidOf(error, { schema: SCHEMA, value }).map(({ message }) => message);
    assert.deepEqual(messages, [said]);
  });
}
