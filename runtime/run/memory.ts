/** What memory the run's process holds, watched while blocks run. @module */

const SAMPLE_MS = 100;
/** A sample this young is still good: taking one costs 10 µs, and blocks may be as short. */
const FRESH_MS = 5;

/** The most that was seen since a watch was opened. */
export interface MemorySpan {
  /** Ends the watch. Bytes of the whole process, other blocks' share included. */
  end(): number;
}

export interface MemoryWatch extends Disposable {
  open(): MemorySpan;
  /** The most that was seen since the watch began. */
  peakBytes(): number;
}

/** Samples the process now, at the ends of spans, and ten times a second; keeps no process alive. */
export function watchMemory(): MemoryWatch {
  const spans = new Set<{ peak: number }>();
  let peak = 0;
  let rss = 0;
  let sampledAt = -Infinity;
  function sample(): number {
    const now = performance.now();
    if (now - sampledAt < FRESH_MS) return rss;
    sampledAt = now;
    rss = Deno.memoryUsage().rss;
    peak = Math.max(peak, rss);
    for (const span of spans) span.peak = Math.max(span.peak, rss);
    return rss;
  }
  sample();
  const timer = setInterval(sample, SAMPLE_MS);
  Deno.unrefTimer(timer);
  return {
    open() {
      const span = { peak: sample() };
      spans.add(span);
      return {
        end() {
          sample();
          spans.delete(span);
          return span.peak;
        },
      };
    },
    peakBytes: () => (sample(), peak),
    [Symbol.dispose]: () => clearInterval(timer),
  };
}
