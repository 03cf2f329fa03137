import assert from "node:assert/strict";
import { generateKeyPairSync } from "node:crypto";
import { googleAuthClient } from "../../../runtime/io/google/auth_client.ts";
import { googleProfile } from "../../../runtime/io/profiles/google_profile.ts";
import { redact } from "../../../runtime/io/profiles/redact.ts";
import { inRun } from "../../services/postgres.ts";
import { TempFolder } from "../temp_folder.ts";

const { privateKey: pem } = generateKeyPairSync("rsa", {
  modulusLength: 2048,
  privateKeyEncoding: { type: "pkcs8", format: "pem" },
  publicKeyEncoding: { type: "spki", format: "pem" },
});
const KEY = {
  type: "service_account",
  project_id: "of-key",
  private_key_id: "0123456789abcdef",
  private_key: pem,
  client_email: "loader@of-key.iam.gserviceaccount.com",
};

async function profileOf(keys: Record<string, unknown>, files: Record<string, string> = {}) {
  await using folder = await TempFolder.make();
  for (const [name, content] of Object.entries(files)) await folder.write(name, content);
  await folder.write("io_config.yaml", JSON.stringify({ dev: keys }, null, 1));
  return await inRun(folder.path, () => googleProfile("dev"));
}

Deno.test("googleProfile() takes a key inline, as text, or from a file beside io_config.yaml", async () => {
  const text = JSON.stringify(KEY);
  const cases = [
    await profileOf({ GOOGLE_SERVICE_ACC_KEY: KEY }),
    await profileOf({ GOOGLE_SERVICE_ACC_KEY: text }),
    await profileOf({ GOOGLE_SERVICE_ACC_KEY_FILEPATH: "keys/a.json" }, { "keys/a.json": text }),
    await profileOf({ GOOGLE_APPLICATION_CREDENTIALS: "a.json" }, { "a.json": text }),
  ];
  for (const { credentials, projectId, location, bucket } of cases) {
    assert.equal(credentials.kind === "key" && credentials.key.client_email, KEY.client_email);
    assert.deepEqual([projectId, location, bucket], ["of-key", "US", undefined]);
  }
  const [line] = pem.split("\n").slice(3);
  for (const secret of [pem, line!, JSON.stringify(pem), KEY.private_key_id]) {
    assert.ok(!redact(`seen: ${secret}`).includes(line!) && redact(secret).includes("***"));
  }
  assert.equal(redact(KEY.client_email), KEY.client_email);
});

Deno.test("googleProfile() reads where data goes", async () => {
  const profile = await profileOf({
    GOOGLE_PROJECT_ID: "mine",
    GOOGLE_LOCATION: "EU",
    GOOGLE_BUCKET: "gs://trips/",
    GOOGLE_STORAGE_ENDPOINT: "http://127.0.0.1:4443/",
  });
  assert.deepEqual(
    [
      profile.projectId,
      profile.location,
      profile.bucket,
      profile.storageEndpoint,
      profile.bigqueryEndpoint,
    ],
    ["mine", "EU", "trips", "http://127.0.0.1:4443", undefined],
  );
  assert.equal(profile.credentials.kind, "none");
});

const MEND = "download the key again from the Google Cloud console";
const BAD: readonly (readonly [Record<string, unknown>, string])[] = [
  [{ GOOGLE_SERVICE_ACC_KEY: "{" }, `line 3:3: GOOGLE_SERVICE_ACC_KEY is not JSON; ${MEND}`],
  [
    { GOOGLE_SERVICE_ACC_KEY: { type: "x" } },
    `line 3:3: GOOGLE_SERVICE_ACC_KEY has the type "x", expected "service_account"; ${MEND}`,
  ],
  [
    { GOOGLE_SERVICE_ACC_KEY: { ...KEY, client_email: "" } },
    `line 3:3: GOOGLE_SERVICE_ACC_KEY has no \`client_email\`; ${MEND}`,
  ],
  [
    { GOOGLE_SERVICE_ACC_KEY: { ...KEY, private_key: "no pem at all" } },
    `line 3:3: GOOGLE_SERVICE_ACC_KEY has a \`private_key\` that is no PEM key; ${MEND}`,
  ],
  [
    { GOOGLE_SERVICE_ACC_KEY_FILEPATH: "none.json" },
    "line 3:3: GOOGLE_SERVICE_ACC_KEY_FILEPATH none.json does not exist; name the file of a service account's key",
  ],
  [
    { GOOGLE_LOKATION: "US" },
    "line 3:3: unknown key `GOOGLE_LOKATION`; did you mean `GOOGLE_LOCATION`?",
  ],
  [
    { GOOGLE_STORAGE_ENDPOINT: "here" },
    "line 3:3: GOOGLE_STORAGE_ENDPOINT is `here`, expected a URL such as http://127.0.0.1:4443",
  ],
];

for (const [keys, message] of BAD) {
  Deno.test(`googleProfile() refuses: ${message.slice(0, 70)}`, async () => {
    await assert.rejects(profileOf(keys), { message: `io_config.yaml, ${message}` });
  });
}

Deno.test("googleAuthClient() tells that a key is refused", async () => {
  const ending = new AbortController();
  const server = Deno.serve(
    { hostname: "127.0.0.1", port: 0, signal: ending.signal, onListen() {} },
    () =>
      Response.json({ error: "invalid_grant", error_description: "Invalid JWT Signature." }, {
        status: 400,
      }),
  );
  const key = { ...KEY, token_uri: `http://127.0.0.1:${server.addr.port}/token` };
  const profile = await profileOf({ GOOGLE_SERVICE_ACC_KEY: key });
  await assert.rejects(googleAuthClient(profile), {
    name: "ConnectionError",
    message:
      "Cannot connect to Google Cloud (profile dev): the key of io_config.yaml, line 3:3: GOOGLE_SERVICE_ACC_KEY was refused (invalid_grant: Invalid JWT Signature); is it expired or deleted? make a new one",
  });
  ending.abort();
  await server.finished;
});
