/** Tells the run around it how far a long read or write has come, a few times a second. @module */
import { currentScope } from "../context/scope.ts";
import { reportLive } from "../table/display/report_live.ts";

const INTERVAL_MS = 300;

/** Progress under one label; shown in runs and notebooks. */
export class ProgressReport {
  readonly #scope = currentScope();
  readonly #label: string;
  readonly #unit: "bytes" | "rows";
  readonly #total: number | undefined;
  #last = performance.now();
  #hasReported = false;

  constructor(label: string, unit: "bytes" | "rows", total: number | undefined) {
    this.#label = label;
    this.#unit = unit;
    this.#total = total;
  }

  update(done: number): void {
    const now = performance.now();
    if (now - this.#last < INTERVAL_MS) return;
    this.#last = now;
    this.end(done);
  }

  /** Reports the whole where any part was reported: what was quick stays quiet. */
  finish(done: number): void {
    if (this.#hasReported) this.end(done);
  }

  /** Reports whatever the time since the last report. */
  end(done: number): void {
    this.#hasReported = true;
    const progress = { label: this.#label, done, total: this.#total, unit: this.#unit };
    if (this.#scope) this.#scope.report({ type: "progress", progress });
    else reportLive({ type: "progress", progress });
  }
}
