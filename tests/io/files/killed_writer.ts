/** Writes a file or folder in a process of its own and stops at a named moment, so that a test can kill
 *  it there. Arguments: target, file or folder, moment. @module */
import { join } from "node:path";
import { Stage } from "../../../runtime/io/files/stage.ts";

const [target, kind, moment] = Deno.args as [string, "file" | "folder", string];

const rename = Deno.rename;
let renames = 0;
Deno.rename = async (from, to) => {
  if (moment === `before rename ${++renames}`) await stop();
  await rename(from, to);
};

const stage = await Stage.open(target);
if (kind === "folder") {
  await Deno.mkdir(stage.data);
  await Deno.writeTextFile(join(stage.data, "a"), "new");
  if (moment === "writing") await stop();
  await Deno.writeTextFile(join(stage.data, "b"), "new");
} else {
  await Deno.writeTextFile(stage.data, moment === "writing" ? "ne" : "new");
  if (moment === "writing") await stop();
}
await stage.commit();
await stop();

async function stop(): Promise<void> {
  console.log("here");
  await new Promise<void>((resolve) => setTimeout(resolve, 600_000));
}
