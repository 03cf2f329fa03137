/** `GET /api/events`: what runs do, as server-sent events; `Last-Event-ID` goes on where a connection broke. @module */
import { Hono } from "hono";
import * as z from "zod";
import type { Heard } from "../event_log.ts";
import type { ServerParts } from "../server_parts.ts";
import { queryOf } from "../valid.ts";

/** Proxies close connections on which nothing comes. */
const BEAT_MS = 15_000;

/** A listener that lets so many events lie is cut off; it comes again with its last number. */
const MOST_WAITING = 1000;

const QUERY = z.strictObject({ run: z.string().optional() });

/** The route. */
export function eventRoutes({ events, signal }: ServerParts): Hono {
  return new Hono().get("/", (context) => {
    const { run } = queryOf(context, QUERY);
    const last = context.req.header("last-event-id");
    const isWanted = (heard: Heard) => "missed" in heard || run === undefined || heard.run === run;
    let stop = () => {};
    const body = new ReadableStream<Uint8Array>({
      start(controller) {
        const encoder = new TextEncoder();
        const send = (text: string) => controller.enqueue(encoder.encode(text));
        const tell = (heard: Heard) => {
          if (isWanted(heard)) send(textOf(heard));
          if ((controller.desiredSize ?? 0) < -MOST_WAITING) end();
        };
        const beat = setInterval(() => send(": still here\n\n"), BEAT_MS);
        const deafen = events.listen(tell);
        stop = () => {
          clearInterval(beat);
          deafen();
          signal.removeEventListener("abort", end);
        };
        const end = () => {
          stop();
          controller.close();
        };
        signal.addEventListener("abort", end, { once: true });
        // A first line at once: the listener knows that it listens, and from where.
        send(`retry: 1000\nid: ${events.last}\nevent: listening\ndata: {}\n\n`);
        if (last !== undefined) events.after(last).forEach(tell);
      },
      cancel: () => stop(),
    });
    return new Response(body, {
      headers: {
        "content-type": "text/event-stream",
        "cache-control": "no-store",
        "x-accel-buffering": "no",
      },
    });
  });
}

function textOf(heard: Heard): string {
  if ("missed" in heard) return `id: ${heard.id}\nevent: missed\ndata: {}\n\n`;
  const { id, run, event } = heard;
  return `id: ${id}\nevent: ${event.type}\ndata: ${JSON.stringify({ run, ...event })}\n\n`;
}
