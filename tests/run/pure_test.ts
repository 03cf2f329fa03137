/** The small pure parts of a run: each a table of cases. @module */
import assert from "node:assert/strict";
import { explainEnd, type ProcessEnd } from "../../runtime/run/crash.ts";
import { errorText } from "../../runtime/run/error_text.ts";
import { executionDateFrom } from "../../runtime/run/execution_date.ts";
import { blockFromStack } from "../../runtime/run/guards.ts";
import { denialText, type Granted } from "../../runtime/run/denial.ts";
import { permissionFlags } from "../../runtime/run/permissions.ts";
import { retryDelayMs } from "../../runtime/run/retry_delay.ts";
import { newRunId } from "../../runtime/run/run_id.ts";
import {
  type BlockStatus,
  runStatusFromBlocks,
  statusFromUpstream,
} from "../../runtime/run/status.ts";
import { sketchPipeline } from "./project.ts";

Deno.test("retryDelayMs() waits as long each time, or twice as long, up to a day", () => {
  const fixed = { attempts: 4, delayMs: 1000, backoff: "fixed" } as const;
  const growing = { ...fixed, backoff: "exponential" } as const;
  const tries = [1, 2, 3, 4];
  assert.deepEqual(tries.map((at) => retryDelayMs(fixed, at)), [1000, 1000, 1000, undefined]);
  assert.deepEqual(tries.map((at) => retryDelayMs(growing, at)), [1000, 2000, 4000, undefined]);
  assert.equal(retryDelayMs({ ...growing, attempts: 100 }, 60), 86_400_000);
});

Deno.test("executionDateFrom() reads dates, times and instants, in UTC unless a zone is named", () => {
  const cases: readonly [string, string][] = [
    ["2024-03-01", "2024-03-01T00:00:00+00:00[UTC]"],
    ["2024-03-01T06:30", "2024-03-01T06:30:00+00:00[UTC]"],
    ["2024-03-01T06:30:00Z", "2024-03-01T06:30:00+00:00[UTC]"],
    ["2024-03-01T06:30:00+02:00", "2024-03-01T04:30:00+00:00[UTC]"],
    ["2024-03-01T06:30[Europe/Berlin]", "2024-03-01T06:30:00+01:00[Europe/Berlin]"],
  ];
  for (const [text, expected] of cases) assert.equal(String(executionDateFrom(text)), expected);
});

Deno.test("statusFromUpstream() lets a block start only above blocks that completed", () => {
  const cases: readonly [readonly BlockStatus[], BlockStatus | undefined][] = [
    [[], undefined],
    [["completed", "completed"], undefined],
    [["completed", "condition_failed"], "condition_failed"],
    [["condition_failed", "failed"], "upstream_failed"],
    [["upstream_failed"], "upstream_failed"],
    [["cancelled", "condition_failed"], "cancelled"],
  ];
  for (const [above, expected] of cases) assert.equal(statusFromUpstream(above), expected);
});

Deno.test("runStatusFromBlocks() fails a run by failures alone", () => {
  assert.equal(runStatusFromBlocks([]), "completed");
  assert.equal(runStatusFromBlocks(["completed", "condition_failed"]), "completed");
  assert.equal(runStatusFromBlocks(["cancelled", "completed"]), "cancelled");
  assert.equal(runStatusFromBlocks(["cancelled", "failed"]), "failed");
});

const OWN_VARIABLES =
  "INIT_CWD,PG*,NODE_*,USER,USERNAME,NO_COLOR,READABLE_STREAM,LOG_STREAM,LOG_TOKENS," +
  "GOOGLE_SDK_NODE_LOGGING,GRPC_*,HTTP_PROXY,HTTPS_PROXY,NO_PROXY,http_proxy,https_proxy,no_proxy," +
  "grpc_proxy,no_grpc_proxy";

Deno.test("permissionFlags() allows what is declared and what a run needs, all where nothing is", () => {
  const places = { read: ["/sluice"], write: ["/p/.sluice"], notebookFolder: "/p/notebooks" };
  const cases: readonly [Parameters<typeof permissionFlags>[0], readonly string[]][] = [
    [undefined, ["--allow-all"]],
    [{}, [
      "--no-prompt",
      "--allow-read=/sluice,/p/.sluice",
      "--allow-write=/p/.sluice",
      `--allow-env=${OWN_VARIABLES}`,
    ]],
    [
      { read: ["data", "/a,b"], write: ["out"], net: ["example.org:443"], env: true, run: false },
      [
        "--no-prompt",
        "--allow-read=/sluice,/p/.sluice,/p/notebooks/data,/a,,b,/p/notebooks/out",
        "--allow-write=/p/.sluice,/p/notebooks/out",
        "--allow-net=example.org:443",
        "--allow-env",
      ],
    ],
    [
      { read: true, env: ["HOME"] },
      [
        "--no-prompt",
        "--allow-read",
        "--allow-write=/p/.sluice",
        `--allow-env=${OWN_VARIABLES},HOME`,
      ],
    ],
  ];
  for (const [declared, expected] of cases) {
    assert.deepEqual(permissionFlags(declared, places), expected);
  }
});

Deno.test("explainEnd() says what ended a process", () => {
  const end: ProcessEnd = {
    code: 1,
    signal: null,
    stderrTail: "",
    exitCalled: undefined,
    maxHeapMb: undefined,
  };
  const cases: readonly [Partial<ProcessEnd>, RegExp][] = [
    [{ exitCalled: { code: 0, block: "load" } }, /Deno\.exit\(0\) was called by load/],
    [{ exitCalled: { code: 2, block: null } }, /called by code outside of the blocks/],
    [
      { signal: "SIGTRAP", stderrTail: "# Fatal JavaScript out of memory: Reached heap limit" },
      /ran out of memory: read large data as a stream/,
    ],
    [{ signal: "SIGKILL" }, /killed by SIGKILL, not by Sluice; the system does so/],
    [{ signal: "SIGSEGV" }, /killed by SIGSEGV, not by Sluice$/],
    [{ stderrTail: "disk full\n" }, /ended with code 1: disk full$/],
  ];
  for (const [given, expected] of cases) {
    assert.match(explainEnd({ ...end, ...given }).reason, expected);
  }
});

Deno.test("errorText() begins with the message, and ends with the causes", () => {
  const cause = new TypeError("inner");
  const text = errorText(new Error("outer", { cause }), (stack) => stack);
  const lines = text.split("\n").filter((line) => !/^\s+at /.test(line));
  assert.deepEqual(lines, ["outer", "Caused by: TypeError: inner"]);
  assert.equal(errorText("a text", (stack) => stack), "a text");
  assert.equal(errorText({ a: 1 }, (stack) => stack), "{ a: 1 }");
  const itself = new Error("round");
  itself.cause = itself;
  assert.equal(errorText(itself, (stack) => stack).match(/round/g)?.length, 1);
});

Deno.test("errorText() names the line of metadata that a denied access lacks", () => {
  const denied = new Deno.errors.NotCapable(
    'Requires net access to "example.org:443", run again with the --allow-net flag',
  );
  const granted = {
    declared: { net: ["a.org"] },
    all: { net: ["a.org"] },
    notebookFolder: "/project/notebooks",
  };
  const tell = (error: unknown, known: Granted) =>
    errorText(error, (stack) => stack.split("\n")[0] ?? "", (at) => denialText(at, known));
  assert.equal(
    tell(new Error("Cannot download", { cause: denied }), granted),
    "may not connect to example.org:443; under sluice.permissions in the notebook's metadata, " +
      'write "net": ["a.org", "example.org:443"]',
  );
  const byServer = { ...granted, declared: undefined, all: { read: ["/project"], net: [] } };
  assert.equal(
    tell(denied, byServer),
    "may not connect to example.org:443; write in the notebook's metadata: " +
      '"sluice": { "permissions": { "read": [".."], "net": ["example.org:443"], "ffi": true } }',
  );
  assert.match(tell(denied, { ...granted, all: undefined }), /^NotCapable: Requires net access/);
  const inExecutable = new Deno.errors.NotCapable(
    'Requires read access to "/etc/x", specify the required permissions during compilation using ' +
      "`deno compile --allow-read`",
  );
  assert.match(tell(inExecutable, granted), /^may not read \/etc\/x; under sluice\.permissions/);
});

Deno.test("blockFromStack() finds the innermost frame of a block", () => {
  const pipeline = sketchPipeline({ blocks: [{ name: "one" }, { name: "two" }] });
  const lines = [null, { cell: 1, line: 1, indent: 0 }, { cell: 2, line: 1, indent: 0 }];
  const compiled = { pipeline, module: "/p/.sluice/sample-1.ts", lines };
  const error = new Error("x");
  error.stack =
    "Error: x\n    at f (file:///lib.ts:3:1)\n    at two (file:///p/.sluice/sample-1.ts:3:5)" +
    "\n    at one (file:///p/.sluice/sample-1.ts:2:5)";
  assert.equal(blockFromStack(error, compiled), "two");
  error.stack = "Error: x\n    at f (file:///lib.ts:3:1)";
  assert.equal(blockFromStack(error, compiled), undefined);
  assert.equal(blockFromStack("no error", compiled), undefined);
});

Deno.test("newRunId() sorts by time", () => {
  assert.match(newRunId(new Date("2024-03-01T12:03:01.999Z")), /^20240301-120301-[a-z2-9]{5}$/);
});
