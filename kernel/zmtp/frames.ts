/** ZMTP 3.0 on the wire: how messages and commands become bytes and come back.
 *  Pure but for the bytes it asks for. @module */

/** One message: its parts, in order. */
export type Frames = readonly Uint8Array[];

/** What arrives from a peer once the greeting is over. */
export interface Received {
  readonly isCommand: boolean;
  readonly frames: Frames;
}

const MORE = 1;
const LONG = 2;
const COMMAND = 4;

/** The bytes of a message, or of a command, which is a single frame. */
export function encodeFrames(frames: Frames, isCommand = false): Uint8Array<ArrayBuffer> {
  const lengths = frames.map((frame) => (frame.length > 255 ? 9 : 2) + frame.length);
  const bytes = new Uint8Array(lengths.reduce((sum, length) => sum + length, 0));
  const view = new DataView(bytes.buffer);
  let at = 0;
  frames.forEach((frame, index) => {
    const isLong = frame.length > 255;
    bytes[at++] = (index < frames.length - 1 ? MORE : 0) | (isLong ? LONG : 0) |
      (isCommand ? COMMAND : 0);
    if (isLong) view.setBigUint64(at, BigInt(frame.length));
    else bytes[at] = frame.length;
    at += isLong ? 8 : 1;
    bytes.set(frame, at);
    at += frame.length;
  });
  return bytes;
}

/** Reads whole messages and commands from `take`, which gives exactly as many bytes as asked for,
 *  or undefined once the peer is gone. */
export async function readFrames(
  take: (length: number) => Promise<Uint8Array | undefined>,
): Promise<Received | undefined> {
  const frames: Uint8Array[] = [];
  while (true) {
    const head = await take(2);
    if (head === undefined) return undefined;
    const [flags = 0, short = 0] = head;
    let length = short;
    if (flags & LONG) {
      const rest = await take(7);
      if (rest === undefined) return undefined;
      length = rest.reduce((sum, byte) => sum * 256 + byte, short);
    }
    const frame = await take(length);
    if (frame === undefined) return undefined;
    frames.push(frame);
    if (!(flags & MORE)) return { isCommand: (flags & COMMAND) !== 0, frames };
  }
}

/** The 64 bytes with which both sides begin: ZMTP 3.0, no encryption. */
export function greeting(): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(64);
  bytes[0] = 0xff;
  bytes[9] = 0x7f;
  bytes[10] = 3;
  bytes.set(new TextEncoder().encode("NULL"), 12);
  return bytes;
}

/** The READY command, which names the kind of socket and its identity. */
export function readyCommand(socketType: string, identity: string): Uint8Array<ArrayBuffer> {
  const text = new TextEncoder();
  const property = (name: string, value: string) => {
    const bytes = text.encode(value);
    const length = new Uint8Array(4);
    new DataView(length.buffer).setUint32(0, bytes.length);
    return [name.length, ...text.encode(name), ...length, ...bytes];
  };
  const body = [
    ...[5, ...text.encode("READY")],
    ...property("Socket-Type", socketType),
    ...property("Identity", identity),
  ];
  return encodeFrames([new Uint8Array(body)], true);
}

/** The identity that a READY command names; empty where it names none. */
export function readyIdentity(command: Uint8Array): string {
  const text = new TextDecoder();
  const view = new DataView(command.buffer, command.byteOffset, command.byteLength);
  let at = 1 + (command[0] ?? 0);
  while (at + 5 <= command.length) {
    const nameEnd = at + 1 + view.getUint8(at);
    const valueEnd = nameEnd + 4 + view.getUint32(nameEnd);
    const name = text.decode(command.subarray(at + 1, nameEnd));
    if (name === "Identity") return text.decode(command.subarray(nameEnd + 4, valueEnd));
    at = valueEnd;
  }
  return "";
}
