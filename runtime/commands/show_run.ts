/** Shows a run to the person while it goes on, and cancels it when they ask: the part that `run` and
 *  `resume` share. @module */
import type { RunResult } from "../run/result.ts";
import type { SuperviseOptions } from "../run/supervise_run.ts";
import { EXIT, type ExitCode } from "./exit_code.ts";
import { ownRedact } from "../io/profiles/own_redact.ts";
import { type Renderer, silent } from "./render/renderer.ts";
import { paintFor } from "./render/style.ts";
import { withCancelSignals } from "./cancel_signal.ts";

export interface ShowRunOptions {
  /** The absolute path of the notebook that the run is of. */
  readonly notebook: string;
  readonly isJson: boolean;
}

/** Calls `supervise` with where its events go and the signal that cancels it; gives the exit code of its end. */
export async function showRun(
  supervise: (
    options: Required<Pick<SuperviseOptions, "onEvent" | "signal" | "killSignal" | "redact">>,
  ) => Promise<RunResult>,
  { notebook, isJson }: ShowRunOptions,
): Promise<ExitCode> {
  const renderer = await rendererFor(notebook, isJson);
  try {
    const result = await withCancelSignals(
      (signals) =>
        supervise({ onEvent: (event) => renderer.show(event), redact: ownRedact(), ...signals }),
      { onExit: () => renderer.close() },
    );
    if (isJson) console.log(JSON.stringify(result));
    return exitCodeOf(result);
  } finally {
    renderer.close();
  }
}

async function rendererFor(notebook: string, isJson: boolean): Promise<Renderer> {
  if (isJson) return silent;
  if (!Deno.stdout.isTerminal() || Deno.env.get("TERM") === "dumb") {
    const { plainRenderer } = await import("./render/plain.ts");
    return plainRenderer({ notebook, write: (line) => console.log(line) });
  }
  const { liveScreen } = await import("./render/live_screen.ts");
  return liveScreen({
    notebook,
    paint: paintFor(Deno.stdout),
    size: terminalSize,
  });
}

/** Some terminals give no size, or 0 by 0. */
function terminalSize(): { columns: number; rows: number } {
  try {
    const { columns, rows } = Deno.consoleSize();
    return { columns: columns || 80, rows: rows || 24 };
  } catch {
    return { columns: 80, rows: 24 };
  }
}

function exitCodeOf({ status }: RunResult): ExitCode {
  if (status === "completed") return EXIT.completed;
  return status === "cancelled" ? EXIT.cancelled : EXIT.failed;
}
