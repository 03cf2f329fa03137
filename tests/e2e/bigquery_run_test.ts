/** Whole runs against BigQuery: with a service account's key, within few permissions, and stopped by Ctrl-C. @module */
import assert from "node:assert/strict";
import { generateKeyPairSync } from "node:crypto";
import { projectOf } from "../commands/project_of.ts";
import { notebookOf } from "../compile/notebook_of.ts";
import { testDataset } from "../io/bigquery/dataset.ts";
import { bigquery } from "../../runtime/io/bigquery/connection.ts";
import { tableFromRows } from "../../runtime/table/table_from_rows.ts";
import { testBigQuery } from "../services/bigquery.ts";
import { type Seen, serveFaults } from "../services/fault_proxy.ts";
import { serveReadFaults } from "../services/read_faults.ts";
import { testWith } from "../services/tools.ts";
import { firstLine, until } from "./watching.ts";

const server = await testBigQuery();

/** Google's server of tokens, as far as a service account asks it. */
function serveTokens(answer: () => Response) {
  const ending = new AbortController();
  const serving = Deno.serve(
    { hostname: "127.0.0.1", port: 0, signal: ending.signal, onListen() {} },
    answer,
  );
  return {
    host: `127.0.0.1:${serving.addr.port}`,
    async [Symbol.asyncDispose]() {
      ending.abort();
      await serving.finished;
    },
  };
}

function keyFile(tokens: string): string {
  const { privateKey } = generateKeyPairSync("rsa", {
    modulusLength: 2048,
    privateKeyEncoding: { type: "pkcs8", format: "pem" },
    publicKeyEncoding: { type: "spki", format: "pem" },
  });
  return JSON.stringify({
    type: "service_account",
    project_id: "test",
    private_key: privateKey,
    client_email: "loader@test.iam.gserviceaccount.com",
    token_uri: `http://${tokens}/token`,
  });
}

const READER = [
  'import { bigquery, check } from "sluice";',
  "//| loader: load_numbers\n" +
  "const numbers = await bigquery().query`select n from unnest(generate_array(1, 10100)) as n`;\n" +
  'check("all rows came", numbers.numRows === 10100);',
];

testWith("a run reads BigQuery with a key, allowed its hosts alone", server, async (found) => {
  await using tokens = serveTokens(() =>
    Response.json({ access_token: "a-token-of-the-test", expires_in: 3600, token_type: "Bearer" })
  );
  await using proxy = serveFaults(found.url, () => undefined);
  await using reads = await serveReadFaults(found.grpc);
  // by name, as Google's are
  const read = `localhost:${new URL(reads.url).port}`;
  const hosts = [tokens.host, new URL(proxy.url).host, read];
  using project = projectOf({
    "notebooks/p.ipynb": notebookOf(READER, {
      sluice: { permissions: { net: hosts, ffi: true, read: [".."] } },
    }),
    "key.json": keyFile(tokens.host),
    "io_config.yaml": "default:\n  GOOGLE_SERVICE_ACC_KEY_FILEPATH: key.json\n" +
      `  GOOGLE_BIGQUERY_ENDPOINT: ${proxy.url}\n  GOOGLE_BIGQUERY_READ_ENDPOINT: http://${read}\n`,
  });
  const run = await project.call(["run", "p"]);
  assert.equal(run.code, 0, run.stdout + run.stderr);
  const sent = [
    ...proxy.seen.map(({ headers }) => headers.get("authorization")),
    ...reads.seen.map(({ metadata }) => metadata.authorization),
  ];
  assert.equal(reads.seen.length, 2);
  assert.deepEqual(new Set(sent), new Set(["Bearer a-token-of-the-test"]));
  assert.ok(!(run.stdout + run.stderr).includes("a-token-of-the-test"));
});

const keys: readonly (readonly [what: string, key: (tokens: string) => string, message: RegExp])[] =
  [
    [
      "expired",
      keyFile,
      /Cannot connect to Google Cloud \(profile default\): the key of io_config.yaml, line 2:3: GOOGLE_SERVICE_ACC_KEY_FILEPATH key.json was refused \(invalid_grant: Invalid JWT Signature\); is it expired or deleted\? make a new one/,
    ],
    [
      "malformed",
      () => "{ not json",
      /io_config.yaml, line 2:3: GOOGLE_SERVICE_ACC_KEY_FILEPATH key.json is not JSON; download the key again from the Google Cloud console/,
    ],
  ];
for (const [what, key, message] of keys) {
  testWith(
    `a run with a key that is ${what} ends before BigQuery is asked`,
    server,
    async (found) => {
      const refused = { error: "invalid_grant", error_description: "Invalid JWT Signature." };
      await using tokens = serveTokens(() => Response.json(refused, { status: 400 }));
      await using proxy = serveFaults(found.url, () => undefined);
      using project = projectOf({
        "notebooks/p.ipynb": notebookOf(READER),
        "key.json": key(tokens.host),
        "io_config.yaml": "default:\n  GOOGLE_SERVICE_ACC_KEY_FILEPATH: key.json\n" +
          `  GOOGLE_BIGQUERY_ENDPOINT: ${proxy.url}\n`,
      });
      const run = await project.call(["run", "p"]);
      assert.notEqual(run.code, 0);
      assert.match(run.stdout + run.stderr, message);
      assert.equal(proxy.seen.length, 0);
    },
  );
}

interface JobResource {
  readonly id: string;
  readonly configuration: { readonly labels?: { readonly block?: string; readonly run?: string } };
  readonly status: { readonly state: string; readonly errorResult?: { readonly reason: string } };
}

testWith("Ctrl-C cancels the job of a run", server, async (found) => {
  await using proxy = serveFaults(found.url, () => undefined);
  await using dataset = await testDataset(found);
  const numbers = Array.from({ length: 50_000 }, (_, n) => ({ n }));
  await dataset.inRun(() =>
    bigquery().write(tableFromRows(numbers, { types: { n: "int64" } }), `${dataset.name}.many`)
  );
  const block = `block_of_${dataset.name}`;
  using project = projectOf({
    "notebooks/p.ipynb": notebookOf([
      'import { bigquery, ident } from "sluice";',
      `//| custom: ${block}\nconsole.log("going");\n` +
      `const many = ident("${dataset.name}.many");\n` +
      "await bigquery().query`select sum(mod(a.n * b.n, 7)) as n from ${many} as a, ${many} as b`;",
    ]),
    "io_config.yaml":
      `default:\n  GOOGLE_PROJECT_ID: test\n  GOOGLE_BIGQUERY_ENDPOINT: ${proxy.url}\n`,
  });
  const isLook = ({ method, path }: Seen) => method === "GET" && path.includes("/queries/");
  const isCancel = ({ method, path }: Seen) => method === "POST" && path.includes("/cancel");
  const process = project.start(["run", "p"]);
  await firstLine(process, /going/);
  await until(() => proxy.seen.some(isLook), "the job runs");
  process.kill("SIGINT");
  assert.equal((await process.status).code, 130);
  assert.equal(proxy.seen.filter(isCancel).length, 1);
  await until(async () => {
    const { jobs } = await dataset.get("jobs") as { jobs: JobResource[] };
    const job = jobs.find(({ configuration }) => configuration.labels?.block === block)!;
    if (job.status.state === "DONE") {
      assert.equal(job.status.errorResult?.reason, "stopped");
      return true;
    }
    // the server forgets an interruption that comes between two of its statements
    const id = job.id.split(".").at(-1);
    const again = `${found.url}/bigquery/v2/projects/test/jobs/${id}/cancel`;
    await (await fetch(again, { method: "POST" })).body?.cancel();
    return false;
  }, "the job is stopped");
});
