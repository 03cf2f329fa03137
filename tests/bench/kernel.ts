/** One figure of the live kernel, in seconds, as JSON: `start`, from its start to the first result;
 *  `reply`, the median of 200 replies to `1+1`. @module */
import { startKernel } from "../kernel/client.ts";
import { median } from "./goals.ts";

const REPLIES = 200;

const [figure] = Deno.args;
const started = performance.now();
await using kernel = await startKernel();
await kernel.run("1 + 1");
const firstMs = performance.now() - started;
const replies: number[] = [];
while (figure === "reply" && replies.length < REPLIES) {
  const asked = performance.now();
  await kernel.run("1+1");
  replies.push(performance.now() - asked);
}
const ms = figure === "reply" ? median(replies) : firstMs;
console.log(JSON.stringify({ seconds: ms / 1000 }));
