/** The few messages of BigQuery's Storage Read that a reader of Arrow exchanges, with their fields'
 *  numbers as google/cloud/bigquery/storage/v1 declares them. @module */

const BYTES = { type: "bytes", id: 1 };
const NAME = { type: "string", id: 1 };

/** Arrow, of the formats that the server has. */
export const ARROW = 2;

/** For protobufjs. */
const MESSAGES = {
  CreateReadSessionRequest: {
    fields: {
      parent: { type: "string", id: 1 },
      readSession: { type: "ReadSession", id: 2 },
      maxStreamCount: { type: "int32", id: 3 },
    },
  },
  ReadSession: {
    fields: {
      name: NAME,
      dataFormat: { type: "int32", id: 3 },
      arrowSchema: { type: "ArrowSchema", id: 5 },
      table: { type: "string", id: 6 },
      streams: { rule: "repeated", type: "ReadStream", id: 10 },
    },
  },
  ReadStream: { fields: { name: NAME } },
  ArrowSchema: { fields: { serializedSchema: BYTES } },
  ReadRowsRequest: {
    fields: { readStream: { type: "string", id: 1 }, offset: { type: "int64", id: 2 } },
  },
  ReadRowsResponse: { fields: { arrowRecordBatch: { type: "ArrowRecordBatch", id: 4 } } },
  ArrowRecordBatch: { fields: { serializedRecordBatch: BYTES } },
};

/** A session in which one table is read. */
export interface ReadSession {
  readonly name: string;
  readonly arrowSchema: { readonly serializedSchema: Uint8Array };
  readonly streams: readonly { readonly name: string }[];
}

/** Some rows of a stream. */
export interface ReadRowsResponse {
  readonly arrowRecordBatch?: { readonly serializedRecordBatch: Uint8Array };
}

/** Turns messages into bytes and back. */
export interface Messages {
  encode(name: keyof typeof MESSAGES, message: object): Uint8Array;
  decode<Message>(name: keyof typeof MESSAGES, bytes: Uint8Array): Message;
}

/** Loads the library that does it. */
export async function readMessages(): Promise<Messages> {
  const { default: protobuf } = await import("protobufjs/light.js");
  const root = protobuf.Root.fromJSON({ nested: MESSAGES });
  return {
    encode: (name, message) => root.lookupType(name).encode(message).finish(),
    decode: <Message>(name: string, bytes: Uint8Array) =>
      root.lookupType(name).decode(bytes) as unknown as Message,
  };
}
