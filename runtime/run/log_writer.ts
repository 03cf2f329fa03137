/** Writes log lines into the history in batches: a block may print thousands in a moment. @module */
import type { LogLine } from "./events.ts";
import type { RunWriter } from "./run_store.ts";

const FLUSH_MS = 100;
const MOST_LINES = 1000;

export interface LogWriter {
  add(line: LogLine): void;
  /** Resolves when every line is written. @throws {Error} when one could not be. */
  close(): Promise<void>;
}

/** Collects lines for a tenth of a second, or a thousand, and writes them in order. */
export function openLogWriter(writer: Pick<RunWriter, "addLogs">): LogWriter {
  let lines: LogLine[] = [];
  let timer: ReturnType<typeof setTimeout> | undefined;
  let written: Promise<void> = Promise.resolve();
  function flush(): void {
    clearTimeout(timer);
    timer = undefined;
    if (lines.length === 0) return;
    const batch = lines;
    lines = [];
    written = written.then(() => writer.addLogs(batch));
    // Told by close(); until then it is no rejection that nobody handles.
    written.catch(() => {});
  }
  return {
    add(line) {
      lines.push(line);
      if (lines.length >= MOST_LINES) flush();
      else timer ??= setTimeout(flush, FLUSH_MS);
    },
    async close() {
      flush();
      await written;
    },
  };
}
