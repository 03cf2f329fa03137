/** The scheduler's tick over many schedules. @module */
import type { Case } from "../case.ts";
import { figure } from "../contenders.ts";
import { secondsOf } from "../goals.ts";

const LIMIT = 0.05;

const tick: Case = {
  name: "tick",
  title: "A scheduler tick over 10,000 schedules",
  contenders: (bench) =>
    Promise.resolve([
      figure(bench, "tick.ts", { name: "none due", args: ["idle"] }),
      figure(bench, "tick.ts", { name: "100 due", args: ["due"] }),
    ]),
  goals: [
    { text: "none due, seconds, at most 0.05", limit: LIMIT, value: secondsOf("none due") },
    { text: "100 due, seconds, at most 0.05", limit: LIMIT, value: secondsOf("100 due") },
  ],
};

export const cases = [tick];
