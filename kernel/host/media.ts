/** A value in the media types that Jupyter shows. @module */
import { displayOf } from "../../runtime/table/display/display_of.ts";
import { jupyter } from "./broadcast.ts";

/** As Sluice displays it, else as the stock kernel does. */
export async function media(value: unknown): Promise<Readonly<Record<string, unknown>>> {
  return await displayOf(value) ?? await jupyter.format(value);
}
