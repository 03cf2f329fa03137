/** What a block costs: three of them, and a thousand in a chain. @module */
import type { Case } from "../case.ts";
import { sluice } from "../contenders.ts";
import { median, secondsOf, withResults } from "../goals.ts";

const threeBlocks: Case = {
  name: "three",
  title: "Three trivial blocks, the whole `deno task run --json`",
  contenders: async (bench) => [sluice(bench, await bench.chain(3))],
  goals: [{ text: "seconds, at most 0.3", limit: 0.3, value: secondsOf("Sluice") }],
};

const thousandBlocks: Case = {
  name: "thousand",
  title: "1,000 blocks in a chain, each state durable",
  contenders: async (bench) => [
    sluice(bench, await bench.chain(1000), { name: "1000 blocks" }),
    sluice(bench, await bench.chain(3), { name: "3 blocks" }),
  ],
  goals: [{
    text: "milliseconds a block, at most 1",
    limit: 1,
    value: withResults(
      ["1000 blocks", "3 blocks"],
      (many, few) => (median(many!.seconds) - median(few!.seconds)) / 0.997,
    ),
  }],
};

export const cases = [threeBlocks, thousandBlocks];
