/** What a path may name that is neither file nor folder. Reading one takes what is in it away, or waits for
 *  ever; replacing one would put a file in a device's place. @module */

/** Lets files and folders pass.
 *
 * @param doing `Cannot read x`
 * @throws {Error} at a pipe, a device or a socket */
export function refuseSpecial(info: Deno.FileInfo, doing: string): void {
  const kind = info.isFifo
    ? "a pipe"
    : info.isCharDevice || info.isBlockDevice
    ? "a device"
    : info.isSocket
    ? "a socket"
    : undefined;
  if (kind) throw new Error(`${doing}: it is ${kind}, not a file; use a file`);
}
