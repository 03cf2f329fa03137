import assert from "node:assert/strict";
import { BROKEN, FAILING, SMALL } from "../commands/notebooks.ts";
import { allRoutes } from "./routes.ts";
import { serve } from "./served.ts";

Deno.test("appOf() gives pipelines, their graph, runs, logs and figures", async (test) => {
  await using served = await serve({ small: SMALL, failing: FAILING, broken: BROKEN });
  const json = async (path: string) => {
    const response = await served.get(path);
    assert.equal(response.status, 200, path);
    return await response.json();
  };
  const ran = await served.run("small", { word: "two" });
  const failed = await served.run("failing");

  await test.step("pipelines, the broken one with its error", async () => {
    const { pipelines } = await json("/api/pipelines");
    assert.deepEqual(
      pipelines.map((one: Record<string, { status: string }>) => [
        one.name,
        one.blocks,
        one.lastRun?.status ?? null,
      ]),
      [["broken", 0, null], ["failing", 4, "failed"], ["small", 3, "completed"]],
    );
    assert.match(pipelines[0].error, /nubmers/);
    const { parameters } = await json("/api/pipelines/small");
    assert.deepEqual(parameters.map(({ name }: { name: string }) => name), ["first", "word"]);
  });

  await test.step("a graph, as JSON and as Mermaid", async () => {
    const { edges } = await json("/api/pipelines/small/graph");
    assert.deepEqual(edges[0], { from: "load", to: "add", variables: ["numbers"] });
    const mermaid = await served.get("/api/pipelines/small/graph?format=mermaid");
    assert.match(await mermaid.text(), /^flowchart LR\n/);
  });

  await test.step("runs page by page, newest first", async () => {
    const first = await json("/api/runs?limit=1");
    assert.deepEqual([first.runs[0].run, first.next], [failed.run, failed.run]);
    const second = await json(`/api/runs?limit=1&before=${first.next}`);
    assert.deepEqual([second.runs[0].run, second.next], [ran.run, null]);
    const { runs } = await json("/api/runs?pipeline=small");
    assert.deepEqual(runs.map(({ run }: { run: string }) => run), [ran.run]);
  });

  await test.step("one run, its blocks, checks and log", async () => {
    const run = await json(`/api/runs/${ran.run}`);
    assert.equal(run.variables.word, "two");
    assert.deepEqual(
      run.blocks.map((block: Record<string, string>) => `${block.block} ${block.status}`),
      ["load completed", "add completed", "tell completed"],
    );
    assert.deepEqual(run.checks.map(({ name }: { name: string }) => name), ["a sum"]);
    const log = await json(`/api/runs/${ran.run}/logs`);
    assert.deepEqual(log.lines.map(({ text }: { text: string }) => text), ["loaded two", "sum 6"]);
    assert.deepEqual((await json(`/api/runs/${ran.run}/logs?after=${log.after}`)).lines, []);
  });

  await test.step("what is not there, or not understood, is said with what to do", async () => {
    const cases: [string, number, RegExp][] = [
      ["/api/runs/nope", 404, /Cannot find run nope; GET \/api\/runs lists/],
      ["/api/pipelines/smal", 404, /did you mean `small`/],
      ["/api/pipelines/broken/graph", 422, /nubmers/],
      ["/api/runs?limit=0", 400, /Cannot take the query: limit/],
      ["/api/runs?limt=5", 400, /limt/],
      ["/nowhere", 404, /Cannot find GET \/nowhere/],
    ];
    for (const [path, status, pattern] of cases) {
      const response = await served.get(path);
      assert.equal(response.status, status, path);
      assert.equal(response.headers.get("content-type"), "application/problem+json");
      const problem = await response.json();
      assert.equal(problem.status, status);
      assert.match(problem.detail, pattern);
    }
  });

  await test.step("every request that there is", async () => {
    const { requests } = await json("/api");
    const expected = (await allRoutes()).map(({ method, path }) => `${method} ${path}`)
      .filter((request) => / \/(api|hooks)/.test(request));
    assert.deepEqual(requests, expected.sort());
  });

  await test.step("figures for Prometheus", async () => {
    const text = await (await served.get("/metrics")).text();
    assert.match(text, /^# TYPE sluice_runs_ended_total counter$/m);
  });

  await test.step("a listener hears at once from where it listens", async () => {
    const response = await served.get("/api/events");
    const reader = response.body!.pipeThrough(new TextDecoderStream()).getReader();
    const { value } = await reader.read();
    assert.match(value!, /^retry: 1000\nid: \w+-0\nevent: listening\n/);
    await reader.cancel();
  });
});
