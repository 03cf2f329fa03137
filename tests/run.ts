/** Runs the suite: starts the servers that tests share, runs the test files side by side, stops the
 *  servers, and ends with one line `N passed, N failed`. A test that needs a program which the
 *  machine lacks waits: it is named with what to install and counted in neither.
 *
 *  `deno task test [path…]` takes the same paths as `deno test`. @module */
import { resolve } from "node:path";
import { testServices } from "./services/mod.ts";

interface Counts {
  readonly passed: number;
  readonly failed: number;
}

/** More test files at once than processors: half of their time is spent waiting for other processes. */
const JOBS = Math.max(4, navigator.hardwareConcurrency);

const root = resolve(import.meta.dirname!, "..");
const services = await testServices();
const waiting = await Deno.makeTempFile({ prefix: "sluice-waiting-" });
let counts: Counts;
try {
  const args = Deno.args.length > 0 ? fromCaller(Deno.args) : ["tests/"];
  counts = await runTests(args, { ...services.env, SLUICE_TEST_WAITING: waiting });
} finally {
  await services.stop();
}
for (const line of (await Deno.readTextFile(waiting)).split("\n").filter(Boolean).sort()) {
  console.log(`waits: ${line}`);
}
await Deno.remove(waiting);
console.log(`${counts.passed} passed, ${counts.failed} failed`);
Deno.exit(counts.failed > 0 ? 1 : 0);

/** Paths as the caller means them: relative to where the person stands. */
function fromCaller(args: readonly string[]): string[] {
  const place = Deno.env.get("INIT_CWD") ?? Deno.cwd();
  return args.map((arg) => arg.startsWith("-") ? arg : resolve(place, arg));
}

async function runTests(args: readonly string[], env: Record<string, string>): Promise<Counts> {
  const process = new Deno.Command(Deno.execPath(), {
    args: ["test", "--allow-all", "--parallel", "--no-check", ...args],
    cwd: root,
    env: { DENO_JOBS: String(JOBS), ...env },
    stdout: "piped",
    stderr: "inherit",
  }).spawn();
  const [output, status] = await Promise.all([echo(process.stdout), process.status]);
  const counts = countsOf(output);
  // A file that does not load fails the suite even where no test of it was counted.
  return !status.success && counts.failed === 0 ? { ...counts, failed: 1 } : counts;
}

/** Passes the output on as it comes, and returns its end. */
async function echo(stream: ReadableStream<Uint8Array>): Promise<string> {
  let end = "";
  const decoder = new TextDecoder();
  for await (const chunk of stream) {
    await Deno.stdout.write(chunk);
    end = (end + decoder.decode(chunk, { stream: true })).slice(-4096);
  }
  return end;
}

/** The counts of `ok | 12 passed (3 steps) | 0 failed (2s)`, which is deno test's last line. */
function countsOf(output: string): Counts {
  // deno-lint-ignore no-control-regex -- deno test colours its last line on a terminal
  const plain = output.replace(/\x1b\[[0-9;]*m/g, "");
  const line = plain.match(/^(?:ok|FAILED) \| (\d+) passed.*?\| (\d+) failed/gm)?.at(-1);
  const [, passed, failed] = line?.match(/(\d+) passed.*?\| (\d+) failed/) ?? [];
  return { passed: Number(passed ?? 0), failed: Number(failed ?? 0) };
}
