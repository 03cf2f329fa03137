import assert from "node:assert/strict";
import { mermaidOf } from "../../runtime/compile/mermaid.ts";
import type { Block } from "../../runtime/compile/pipeline.ts";

function block(given: Pick<Block, "name" | "kind"> & Partial<Block>): Block {
  return {
    cell: 1,
    inputs: [],
    outputs: [],
    upstream: [],
    parameters: [],
    retry: { attempts: 1, delayMs: 0, backoff: "fixed" },
    timeoutMs: undefined,
    description: undefined,
    of: [],
    hash: "",
    ...given,
  };
}

Deno.test("mermaidOf() draws kinds as shapes, variables on data edges, dotted order edges", () => {
  const blocks = [
    block({ name: "load_trips", kind: "loader" }),
    block({
      name: "clean",
      kind: "transformer",
      upstream: ["load_trips"],
      inputs: [{ name: "trips", from: "load_trips" }, { name: "zones", from: "load_trips" }],
    }),
    block({
      name: "end",
      kind: "exporter",
      upstream: ["clean", "load_trips"],
      inputs: [{ name: "kept", from: "clean" }],
    }),
    block({ name: "wait", kind: "sensor" }),
    block({ name: "other", kind: "custom" }),
    block({ name: "tell", kind: "callback", of: ["end"] }),
  ];
  assert.equal(
    mermaidOf({ name: "taxi", blocks }),
    [
      "flowchart LR",
      '  load_trips[("load_trips")]',
      '  clean["clean"]',
      '  end_[["end"]]',
      '  wait{{"wait"}}',
      '  other("other")',
      '  tell(["tell"])',
      '  load_trips -- "trips, zones" --> clean',
      '  clean -- "kept" --> end_',
      "  load_trips -.-> end_",
      "  end_ -.-o tell",
    ].join("\n"),
  );
});
