/** The kernel's entry: `deno run -A kernel/main.ts <connection file>`, as the kernelspec says. @module */
import { serveKernel } from "./front/kernel.ts";
import { findPlace } from "./session/place.ts";
import { readConnectionFile } from "./wire/connection_file.ts";

const [file] = Deno.args;
if (file === undefined) {
  console.error("Jupyter starts this kernel; install it with `deno task kernel`");
  Deno.exit(2);
}
const stop = new AbortController();
Deno.addSignalListener("SIGTERM", () => stop.abort());
// Whoever presses Ctrl-C in Jupyter's terminal means Jupyter, which tells its kernels itself.
Deno.addSignalListener("SIGINT", () => {});
const [connection, place] = await Promise.all([
  readConnectionFile(file),
  findPlace(Deno.cwd(), Deno.env.get("JPY_SESSION_NAME")),
]);
await serveKernel(connection, place, stop.signal);
Deno.exit(0);
