/** The live kernel: how soon it answers. @module */
import type { Case } from "../case.ts";
import { figure } from "../contenders.ts";
import { secondsOf } from "../goals.ts";

const liveKernel: Case = {
  name: "kernel",
  title: "The live kernel",
  contenders: (bench) =>
    Promise.resolve([
      figure(bench, "kernel.ts", { name: "start to first result", args: ["start"] }),
      figure(bench, "kernel.ts", { name: "reply to 1+1", args: ["reply"] }),
    ]),
  goals: [
    { text: "start, seconds, at most 1.2", limit: 1.2, value: secondsOf("start to first result") },
    { text: "reply, seconds, at most 0.008", limit: 0.008, value: secondsOf("reply to 1+1") },
  ],
};

export const cases = [liveKernel];
