/** Bytes of an open file, as many as are asked for at once. @module */
import { ownRoom, type Room } from "./scratch.ts";

/** What is read before the reader says how much it wants: more would hold the beginning of a batch, which
 *  would then be put together in another buffer. */
const FIRST_BYTES = 8;

/** Gives Arrow's reader as many bytes as it asks for, each piece in room of its own, which then holds the
 *  columns: nothing is copied. */
export class FileBytes implements IterableIterator<Uint8Array> {
  readonly #file: Deno.FsFile;
  readonly #room: Room;

  constructor(file: Deno.FsFile, room: Room = ownRoom) {
    this.#file = file;
    this.#room = room;
  }

  next(wanted?: number): IteratorResult<Uint8Array> {
    const room = this.#room(wanted && wanted > 0 ? wanted : FIRST_BYTES);
    const bytes = filledFrom(this.#file, room);
    return bytes.length === 0 ? { done: true, value: undefined } : { done: false, value: bytes };
  }

  [Symbol.iterator](): this {
    return this;
  }
}

/** The `length` bytes at `position`, fewer where the file ends before. */
export function readAt(file: Deno.FsFile, position: number, length: number): Uint8Array {
  file.seekSync(position, Deno.SeekMode.Start);
  return filledFrom(file, new Uint8Array(length));
}

function filledFrom(file: Deno.FsFile, room: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> {
  let filled = 0;
  while (filled < room.length) {
    const read = file.readSync(room.subarray(filled));
    if (read === null) break;
    filled += read;
  }
  return room.subarray(0, filled);
}
