/** The thread that `fieldsOnThread` starts: unpacks a file and finds its fields, no further ahead than it is
 *  asked to be. @module */
import { isDamage, readDecompressed } from "./compression.ts";
import type { FieldAnswer, FieldOrder } from "./field_pieces.ts";
import { type FieldPiece, type FieldRoom, Fields, NotPlain } from "./plain_fields.ts";

const main = self as unknown as {
  onmessage: (event: MessageEvent<FieldOrder | readonly FieldRoom[]>) => void;
  postMessage(answer: FieldAnswer, transfer: readonly ArrayBuffer[]): void;
};

/** Pieces that may still be sent before the other thread has taken some. */
let room = 0;
let fields: Fields;
let wake = () => {};

main.onmessage = ({ data }) => {
  if ("path" in data) return void answer(data);
  for (const piece of data) fields.reuse(piece);
  room += data.length;
  wake();
};

async function answer(order: FieldOrder): Promise<void> {
  room = order.ahead;
  fields = new Fields(order);
  try {
    for await (const bytes of readDecompressed(order.path, order.compression)) {
      await send(fields.split(bytes));
    }
    const last = fields.end();
    if (last) await send(last);
    main.postMessage({ kind: "end" }, []);
  } catch (failure) {
    main.postMessage(answerOf(failure), []);
  }
}

async function send(piece: FieldPiece): Promise<void> {
  if (piece.rows === 0) return;
  main.postMessage({ kind: "piece", piece }, [piece.bytes.buffer, piece.bounds.buffer]);
  room--;
  while (room === 0) await new Promise<void>((resolve) => wake = resolve);
}

function answerOf(failure: unknown): FieldAnswer {
  if (failure instanceof NotPlain) return { kind: "not plain" };
  const { message, code } = failure as Error & { code?: string };
  return { kind: "failure", message, ...(isDamage(failure) ? { code: code! } : {}) };
}
