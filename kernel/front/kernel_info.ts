/** What the kernel says of itself. @module */
import { PROTOCOL_VERSION } from "../wire/message.ts";

/** The content of a `kernel_info_reply`. */
export const KERNEL_INFO = {
  status: "ok",
  protocol_version: PROTOCOL_VERSION,
  implementation: "Deno (Sluice)",
  implementation_version: Deno.version.deno,
  language_info: {
    name: "typescript",
    version: Deno.version.typescript,
    mimetype: "text/x.typescript",
    file_extension: ".ts",
    pygments_lexer: "typescript",
    codemirror_mode: "typescript",
    nbconvert_exporter: "script",
  },
  help_links: [{ text: "Deno", url: "https://docs.deno.com" }],
  banner: `Deno (Sluice) ${Deno.version.deno}`,
  debugger: false,
};
