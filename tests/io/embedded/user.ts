/** A process that uses the embedded server of the project in its first argument: prints the port and its
 *  postmaster's start, then ends when its standard input does; "hold" in the second argument keeps the lease. @module */
import { EmbeddedServer } from "../../../runtime/io/embedded/embedded.ts";

const [project, ending] = Deno.args;
const server = await EmbeddedServer.lease(project!);
console.log((await server.address()).port);
for await (const _ of Deno.stdin.readable);
if (ending !== "hold") await server.close();
