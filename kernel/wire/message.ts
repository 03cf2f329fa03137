/** Jupyter's messages: signed, in five JSON parts, with raw buffers behind. @module */
import { Buffer } from "node:buffer";
import { createHmac, randomUUID, timingSafeEqual } from "node:crypto";
import type { Frames } from "../zmtp/frames.ts";

export type Json = Readonly<Record<string, unknown>>;

export interface Header {
  readonly msg_id: string;
  readonly msg_type: string;
  readonly session: string;
  readonly username: string;
  readonly date: string;
  readonly version: string;
}

export interface Message {
  /** Who sent it, as a ROUTER knows them; for published messages the topic. */
  readonly identities: Frames;
  readonly header: Header;
  /** The header of the request that caused the message; empty where none did. */
  readonly parent: Header | Record<string, never>;
  readonly metadata: Json;
  readonly content: Json;
  readonly buffers: Frames;
}

export const PROTOCOL_VERSION = "5.3";

const DELIMITER = new TextEncoder().encode("<IDS|MSG>");
const encoder = new TextEncoder();
const decoder = new TextDecoder();

/** A new message of `type`, caused by `parent`. */
export function newMessage(
  type: string,
  content: Json,
  { session, parent = {}, identities = [], metadata = {}, buffers = [] }: {
    readonly session: string;
    readonly parent?: Message["parent"];
    readonly identities?: Frames;
    readonly metadata?: Json;
    readonly buffers?: Frames;
  },
): Message {
  const header = {
    msg_id: randomUUID(),
    msg_type: type,
    session,
    username: "kernel",
    date: new Date().toISOString(),
    version: PROTOCOL_VERSION,
  };
  return { identities, header, parent, metadata, content, buffers };
}

/** The frames of a message, signed with the connection's `key`; an empty key signs nothing. */
export function encodeMessage(message: Message, key: string): Frames {
  const parts = [message.header, message.parent, message.metadata, message.content]
    .map((part) => encoder.encode(JSON.stringify(part)));
  const signature = encoder.encode(sign(parts, key));
  return [...message.identities, DELIMITER, signature, ...parts, ...message.buffers];
}

/** The message that `frames` hold.
 *
 * @throws {Error} when they are no message, or are signed with another key. */
export function decodeMessage(frames: Frames, key: string): Message {
  const at = frames.findIndex((frame) =>
    frame.length === DELIMITER.length && decoder.decode(frame) === "<IDS|MSG>"
  );
  const parts = frames.slice(at + 2, at + 6);
  const signature = frames[at + 1];
  if (at < 0 || parts.length < 4 || signature === undefined) {
    throw new Error("Cannot read a Jupyter message: it is cut short");
  }
  if (key !== "" && !isSame(encoder.encode(sign(parts, key)), signature)) {
    throw new Error("Cannot trust a Jupyter message: its signature is not of this kernel's key");
  }
  const [header, parent, metadata, content] = parts.map((part) => JSON.parse(decoder.decode(part)));
  const identities = frames.slice(0, at);
  return { identities, header, parent, metadata, content, buffers: frames.slice(at + 6) };
}

function sign(parts: Frames, key: string): string {
  if (key === "") return "";
  const hmac = createHmac("sha256", key);
  for (const part of parts) hmac.update(part);
  return hmac.digest("hex");
}

function isSame(one: Uint8Array, other: Uint8Array): boolean {
  return one.length === other.length && timingSafeEqual(Buffer.from(one), Buffer.from(other));
}
