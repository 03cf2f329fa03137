/** Replaces `public.wide` of the project in the first argument once, with a table that goes over two
 *  connections, for a test that kills it. @module */
import { postgres } from "../../../runtime/io/postgres/connection.ts";
import { inRun } from "../../services/postgres.ts";
import { wide } from "./wide_table.ts";

await inRun(Deno.args[0]!, () => postgres().write(wide(500_000), "wide", { ifExists: "replace" }));
