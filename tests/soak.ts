/** Kills the real server and its runs far more often than the suite does: `deno task soak [kills] [seed]`. @module */
import { crash } from "./serve/crash.ts";

const [kills = "200", seed = String(Date.now() % 1e6)] = Deno.args;
console.log(`${kills} kills at the moments of seed ${seed}`);
const { faults, accepted, completed, failed, serverKills } = await crash({
  kills: Number(kills),
  seed: Number(seed),
});
console.log(
  `${accepted} triggers accepted over ${serverKills} kills of the server and ` +
    `${
      Number(kills) - serverKills
    } of runs: ${completed} completed, ${failed} failed with a reason`,
);
for (const fault of faults) console.error(fault);
console.log(
  faults.length === 0 ? "Nothing is lost, stuck or done twice" : `${faults.length} faults`,
);
Deno.exit(faults.length === 0 ? 0 : 1);
