import assert from "node:assert/strict";
import { bigquery } from "../../../runtime/io/bigquery/connection.ts";
import { ident } from "../../../runtime/io/postgres/sql_text.ts";
import { rows } from "../../../runtime/table/rows.ts";
import { testBigQuery } from "../../services/bigquery.ts";
import { type ProxyFault, type Seen, serveFaults } from "../../services/fault_proxy.ts";
import { freePort } from "../../services/free_port.ts";
import { testWith } from "../../services/tools.ts";
import { testDataset } from "./dataset.ts";
import { noise } from "./noise.ts";

const server = await testBigQuery();
const QUICK = { attempts: 4, retryDelayMs: 10, timeoutMs: 20_000, pieceBytes: 2 ** 18 };

/** Only what stalls is given up soon. */
function retryFor(faults: readonly ProxyFault[], timeoutMs: number) {
  return faults.some(({ kind }) => kind === "stall") ? { ...QUICK, timeoutMs } : QUICK;
}

/** Three pieces of an upload. */
const NOISE = noise(20_000);

/** Fails the first requests that `isIt` finds, each as told, and lets everything else through. */
function failing(isIt: (seen: Seen) => boolean, ...faults: ProxyFault[]) {
  return (seen: Seen) => isIt(seen) ? faults.shift() : undefined;
}

const isPut = ({ method }: Seen) => method === "PUT";
const isBegun = ({ method, path }: Seen) => method === "POST" && path.includes("/jobs");
const isLook = ({ method, path }: Seen) => method === "GET" && /\/(jobs|queries)\//.test(path);

/** What BigQuery answers when it refuses. */
function refusal(status: number, reason: string, message: string): ProxyFault {
  const error = { code: status, message, errors: [{ reason, message, domain: "global" }] };
  return { kind: "answer", status, body: JSON.stringify({ error }) };
}

const LIMIT = refusal(403, "rateLimitExceeded", "Exceeded rate limits: too many jobs.");
const QUOTA = refusal(403, "quotaExceeded", "Quota exceeded: imports per table.");
const BUSY: ProxyFault = { kind: "answer", status: 503 };
/** The job's end in the answer to an upload that never reached the server. */
const FAILED: ProxyFault = {
  kind: "answer",
  status: 200,
  body: JSON.stringify({
    status: {
      state: "DONE",
      errorResult: { reason: "backendError", message: "The backend stumbled." },
    },
  }),
};

const MENDED: readonly (readonly [string, (seen: Seen) => boolean, readonly ProxyFault[]])[] = [
  ["its upload is cut", isPut, [
    { kind: "cut request", after: 100_000 },
    { kind: "cut request", after: 200_000 },
  ]],
  ["its upload stalls", isPut, [{ kind: "stall" }]],
  ["the upload's answers are lost", isPut, [
    { kind: "cut answer", after: 0 },
    { kind: "cut answer", after: 0 },
  ]],
  [
    "the last answer is lost, and the job's name with it",
    (seen) => isPut(seen) && /(\d+)\/\1$/.test(last(seen)),
    [{ kind: "cut answer", after: 0 }],
  ],
  ["beginning gets 503, 429 and rateLimitExceeded", isBegun, [
    BUSY,
    { kind: "answer", status: 429 },
    LIMIT,
  ]],
  ["its job fails in passing", isPut, [FAILED]],
  ["the dataset cannot be looked at", ({ path }) => path.includes("/datasets/"), [
    { kind: "stall" },
    { kind: "cut answer", after: 20 },
    BUSY,
  ]],
];

/** `bytes 262144-524287/524288` as `524288/524288` where it is the last piece. */
function last({ headers }: Seen): string {
  const [, end = "", size = ""] = /-(\d+)\/(\d+)$/.exec(headers.get("content-range") ?? "") ?? [];
  return `${Number(end) + 1}/${size}`;
}

for (const [what, isIt, faults] of MENDED) {
  testWith(`write() appends once where ${what}`, server, async (found) => {
    await using proxy = serveFaults(found.url, failing(isIt, ...faults));
    await using dataset = await testDataset(found, { GOOGLE_BIGQUERY_ENDPOINT: proxy.url });
    const target = `${dataset.name}.noise`;
    const retry = retryFor(faults, 2_000);
    const append = () => bigquery("dev", retry).write(NOISE, target, { ifExists: "append" });
    const written = await dataset.inRun(append, { run: crypto.randomUUID() });
    assert.equal(written.rows, NOISE.numRows);
    assert.deepEqual(
      await dataset.rows(`select count(*), count(distinct n), sum(n) from ${target}`),
      [["20000", "20000", "199990000"]],
    );
  });
}

const ENDED: readonly (readonly [string, (seen: Seen) => boolean, ProxyFault, RegExp])[] = [
  [
    "503",
    isPut,
    BUSY,
    /^Cannot write to \S+ in BigQuery \(profile dev, project test\): Service Unavailable \(503\), tried 4 times; try again later$/,
  ],
  [
    "rateLimitExceeded",
    isBegun,
    LIMIT,
    /: Exceeded rate limits: too many jobs \(rateLimitExceeded\), tried 4 times; wait until the quota is filled again, or ask for more$/,
  ],
  [
    "quotaExceeded",
    isBegun,
    QUOTA,
    /: Quota exceeded: imports per table \(quotaExceeded\), tried 4 times; wait until the quota is filled again, or ask for more$/,
  ],
  [
    "accessDenied",
    isBegun,
    refusal(
      403,
      "accessDenied",
      "Access Denied: Table test:a.b: Permission bigquery.tables.create denied.",
    ),
    /: Access Denied: Table test:a.b: Permission bigquery.tables.create denied; the account needs the roles BigQuery Data Editor on the dataset and BigQuery Job User on the project$/,
  ],
  [
    "a job that fails each time",
    isPut,
    FAILED,
    /: The backend stumbled \(backendError\), tried 4 times; try again later$/,
  ],
  [
    "cut connections",
    isPut,
    { kind: "cut request", after: 0 },
    /: the connection to 127.0.0.1:\d+ broke, tried 4 times; is the network up\?$/,
  ],
  [
    "no answer",
    isPut,
    { kind: "stall" },
    /: 127.0.0.1:\d+ has not answered within 0.5 s, tried 4 times; is the network up\?$/,
  ],
];

for (const [what, isIt, fault, message] of ENDED) {
  testWith(
    `write() ends clearly at ${what} for good, the target as it was`,
    server,
    async (found) => {
      await using proxy = serveFaults(found.url, (seen) => isIt(seen) ? fault : undefined);
      await using dataset = await testDataset(found, { GOOGLE_BIGQUERY_ENDPOINT: proxy.url });
      await using direct = await testDataset(found);
      const target = `${dataset.name}.noise`;
      await direct.inRun(() => bigquery().write(NOISE.slice(0, 10), target));
      const retry = retryFor([fault], 500);
      await assert.rejects(
        dataset.inRun(() => bigquery("dev", retry).write(NOISE, target, { ifExists: "replace" })),
        (error: Error) => {
          assert.match(error.message, message);
          return true;
        },
      );
      assert.deepEqual(await dataset.rows(`select count(*), sum(n) from ${target}`), [[
        "10",
        "45",
      ]]);
    },
  );
}

testWith("query() asks again where looks and pages fail in passing", server, async (found) => {
  const faults: ProxyFault[] = [BUSY, { kind: "cut answer", after: 200 }, LIMIT];
  await using proxy = serveFaults(found.url, failing(isLook, ...faults));
  await using dataset = await testDataset(found, { GOOGLE_BIGQUERY_ENDPOINT: proxy.url });
  const [row] = await dataset.inRun(async () =>
    rows(
      await bigquery("dev", QUICK).query`select count(*) as n, sum(n) as total
        from unnest(generate_array(1, 10)) as n`,
    )
  );
  assert.deepEqual(row, { n: 10, total: 55 });
});

testWith(
  "execute() changes rows once where the answer to its beginning is lost",
  server,
  async (found) => {
    await using proxy = serveFaults(found.url, failing(isBegun, { kind: "cut answer", after: 0 }));
    await using dataset = await testDataset(found, { GOOGLE_BIGQUERY_ENDPOINT: proxy.url });
    await using direct = await testDataset(found);
    const target = `${dataset.name}.counted`;
    await direct.inRun(() => bigquery().write(NOISE.slice(0, 2), target));
    const { rowCount } = await dataset.inRun(() =>
      bigquery("dev", QUICK).execute`update ${ident(target)} set n = n + 1 where true`
    );
    assert.equal(rowCount, 2);
    assert.deepEqual(await dataset.rows(`select sum(n) from ${target}`), [["3"]]);
  },
);

testWith("check() tells that no server is there", server, async (found) => {
  const host = `127.0.0.1:${freePort()}`;
  await using dataset = await testDataset(found, { GOOGLE_BIGQUERY_ENDPOINT: `http://${host}` });
  await assert.rejects(dataset.inRun(() => bigquery("dev", QUICK).check()), {
    name: "ConnectionError",
    message:
      `Cannot connect to BigQuery (profile dev, project test): ${host} refuses the connection, tried 3 times; is the server running?`,
  });
});
