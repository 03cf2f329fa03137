/** `serve`: the trigger server, until Ctrl-C or SIGTERM. @module */
import { withCancelSignals } from "./cancel_signal.ts";
import type { Declare } from "./commands.ts";
import { EXIT } from "./exit_code.ts";
import { portOption } from "./options.ts";

interface ServeOptions {
  readonly port: number;
  readonly host: string;
  readonly allowHost?: readonly string[];
}

/** Declares `serve`. */
export const declare: Declare = (command) => {
  command.option("--port <number>", "where to listen; 0 takes a free port", {
    read: portOption,
    fallback: 6789,
  })
    .option("--host <address>", "the address to listen on", { fallback: "127.0.0.1" })
    .option("--allow-host <name...>", "the names by which others reach the server")
    .note(
      "On any other address than 127.0.0.1 it needs SLUICE_TOKEN (32 characters or more) and " +
        "--allow-host\nor SLUICE_ALLOWED_HOSTS (names with commas between them).",
    );
  return async (place, parsed) => {
    const { port, host, allowHost = [] } = parsed.opts<ServeOptions>();
    const { startServer } = await import("../serve/server.ts");
    const named = (Deno.env.get("SLUICE_ALLOWED_HOSTS") ?? "").split(",").map((name) =>
      name.trim()
    );
    await withCancelSignals(async ({ signal }) => {
      const server = await startServer({
        projectFolder: place.project,
        host,
        port,
        token: Deno.env.get("SLUICE_TOKEN"),
        allowedHosts: [...allowHost, ...named].filter((name) => name !== ""),
        signal,
      });
      console.log(`Sluice serves ${place.project} at ${server.url}/?token=${server.token}`);
      await server.ended;
    });
    return EXIT.completed;
  };
};
