/** What memory the run's process holds, watched while blocks run. @module */

const SAMPLE_MS = 100;

/** The most that was seen since a watch was opened. */
export interface MemorySpan {
  /** Ends the watch. Bytes of the whole process, other blocks' share included. */
  end(): number;
}

export interface MemoryWatch {
  open(): MemorySpan;
  /** The most that was seen since the watch began. */
  peakBytes(): number;
}

/** Samples the process now, at the ends of spans, and ten times a second; keeps no process alive. */
export function watchMemory(): MemoryWatch {
  const spans = new Set<{ peak: number }>();
  let peak = 0;
  function sample(): number {
    const { rss } = Deno.memoryUsage();
    peak = Math.max(peak, rss);
    for (const span of spans) span.peak = Math.max(span.peak, rss);
    return rss;
  }
  sample();
  Deno.unrefTimer(setInterval(sample, SAMPLE_MS));
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
  };
}
