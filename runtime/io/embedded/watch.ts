/** The watcher of one embedded server, a process of its own: stops it when its last user is gone,
 *  however that user went. Arguments: the project's state folder, the server's folder. @module */
import { stopCluster } from "./cluster.ts";
import { Lease, tryWatch } from "./lease.ts";

const [state, folder] = Deno.args;
if (state === undefined || folder === undefined) throw new Error("expected two folders");
const watching = await tryWatch(state);
if (watching) {
  const lease = await Lease.takeLast(state);
  await stopCluster({ folder });
  // in this order: whoever waits for the lease must find nobody watching
  watching[Symbol.dispose]();
  await lease.release(async () => {});
}
