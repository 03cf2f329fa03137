import assert from "node:assert/strict";
import { join } from "node:path";
import { postgresProfile } from "../../../runtime/io/profiles/postgres_profile.ts";
import { loadProfiles } from "../../../runtime/io/profiles/profiles.ts";
import { redact } from "../../../runtime/io/profiles/redact.ts";

/** A project folder with these files, removed after `work`. */
async function inProject<Result>(
  files: Record<string, string>,
  work: (project: string) => Promise<Result>,
): Promise<Result> {
  const project = await Deno.makeTempDir();
  try {
    for (const [name, text] of Object.entries(files)) {
      await Deno.mkdir(join(project, name, ".."), { recursive: true });
      await Deno.writeTextFile(join(project, name), text);
    }
    return await work(project);
  } finally {
    await Deno.remove(project, { recursive: true });
  }
}

const read = (io_config: string, name = "dev", env = "") =>
  inProject({ "io_config.yaml": io_config, ".env": env }, async (project) => {
    return postgresProfile(await (await loadProfiles(project, project)).expand(name));
  });

const LEAST = "dev:\n  POSTGRES_HOST: db\n  POSTGRES_DBNAME: d\n  POSTGRES_USER: u\n";

Deno.test("loadProfiles() reads Mage's shape and expands env_var and env.var from .env", async () => {
  const profile = await read(
    `version: 0.1.1
default:
  POSTGRES_DBNAME: nothing
dev:
  # {{ a comment is left alone }}
  POSTGRES_CONNECT_TIMEOUT: 7
  POSTGRES_DBNAME: "{{ env_var('SLUICE_T_DB') }}"
  POSTGRES_SCHEMA: {{ env_var('SLUICE_T_NONE', 'mart') }}
  POSTGRES_USER: pre_{{ env.var('SLUICE_T_USER') }}
  POSTGRES_PASSWORD: {{ env_var('SLUICE_T_PASSWORD') }}
  POSTGRES_HOST: localhost
  POSTGRES_PORT: {{ env_var('SLUICE_T_PORT') }}
  GOOGLE_LOCATION: EU
`,
    "dev",
    "SLUICE_T_DB=ny\nSLUICE_T_USER=me\nSLUICE_T_PASSWORD='a b\"c'\nSLUICE_T_PORT=5433\n",
  );
  assert.deepEqual(profile, {
    profile: "dev",
    host: "localhost",
    port: 5433,
    database: "ny",
    schema: "mart",
    user: "pre_me",
    password: 'a b"c',
    connectTimeoutMs: 7000,
    sslMode: "disable",
  });
});

const errors: readonly [name: string, config: string, message: RegExp][] = [
  [
    "a missing variable, at its line and column",
    `${LEAST}  POSTGRES_PASSWORD: "{{ env_var('SLUICE_T_MISSING') }}"\n`,
    /^io_config\.yaml, line 5:23: the variable SLUICE_T_MISSING is not set; set it in the environment or in \.env$/,
  ],
  [
    "a bare name",
    `${LEAST}  POSTGRES_PASSWORD: {{POSTGRES_DBNAME}}\n`,
    /^io_config\.yaml, line 5:22: .*write `\{\{ env_var\('POSTGRES_DBNAME'\) \}\}`$/,
  ],
  [
    "a function that is not there",
    `${LEAST}  POSTGRES_PASSWORD: {{ secret('x') }}\n`,
    /^io_config\.yaml, line 5:22: `\{\{ secret\('x'\) \}\}`: .*secret/,
  ],
  [
    "an unknown key",
    `${LEAST}  POSTGRES_PASWORD: x\n`,
    /^io_config\.yaml, line 5:3: unknown key `POSTGRES_PASWORD`; did you mean `POSTGRES_PASSWORD`\?$/,
  ],
  ["a missing key", "dev:\n  POSTGRES_HOST: db\n", /profile dev has no POSTGRES_DBNAME; add it/],
  [
    "a port that is none",
    `${LEAST}  POSTGRES_PORT: five\n`,
    /^io_config\.yaml, line 5:3: POSTGRES_PORT is `five`, expected a number from 1 to 65535$/,
  ],
  [
    "a tunnel",
    `${LEAST}  POSTGRES_SSH_HOST: x\n`,
    /line 5:3: POSTGRES_SSH_HOST: tunnels are not made here/,
  ],
  [
    "an unknown profile",
    LEAST.replace("dev", "devel"),
    /io_config\.yaml has no profile `dev`; did you mean|it has devel/,
  ],
  [
    "an empty profile",
    "dev:\nPOSTGRES_HOST: db\n",
    /^io_config\.yaml: profile dev is empty; write/,
  ],
  ["an empty file", "", /^io_config\.yaml has no profiles; write `default:`, and its keys below/],
  ["a list", "- dev\n", /^io_config\.yaml has no profiles; write/],
  ["a profile twice", `${LEAST}${LEAST}`, /^io_config\.yaml, line 5:1: Map keys must be unique$/],
  [
    "an alias of nothing",
    "dev:\n  POSTGRES_HOST: *host\n",
    /^io_config\.yaml: profile dev: Unresolved alias .*: host$/,
  ],
  ["no YAML", "dev: [\n", /^io_config\.yaml, line \d+:\d+: /],
];

Deno.test("loadProfiles() tells what is wrong where it stands", async (t) => {
  for (const [name, config, message] of errors) {
    await t.step(name, async () => {
      await assert.rejects(read(config), (error: Error) => {
        assert.match(error.message, message);
        return true;
      });
    });
  }
});

Deno.test("loadProfiles() expands only the profile that is used", async () => {
  const config = `${LEAST}prod:\n  POSTGRES_HOST: "{{ env_var('SLUICE_T_MISSING') }}"\n`;
  assert.equal((await read(config)).host, "db");
  await assert.rejects(read(config, "prod"), /line 6:19: the variable SLUICE_T_MISSING is not set/);
});

Deno.test("loadProfiles() looks in the notebook's folder, upward, and last in the project", async () => {
  const config = (host: string) => LEAST.replace("db", host);
  const files = {
    "nb/deep/io_config.yaml": config("near"),
    "nb/deep/.env": "",
    "nb/other/x": "",
    "project/io_config.yaml": config("project"),
    "io_config.yaml": config("above"),
  };
  await inProject(files, async (root) => {
    const host = async (folder: string) => {
      const profiles = await loadProfiles(join(root, folder), join(root, "project"));
      return (await profiles.expand("dev")).values.POSTGRES_HOST;
    };
    assert.equal(await host("nb/deep"), "near");
    assert.equal(await host("nb/other"), "above");
    await Deno.remove(join(root, "io_config.yaml"));
    assert.equal(await host("nb/other"), "project");
  });
});

Deno.test("redact() hides secret values in every form and nothing else", async () => {
  await read(
    `${LEAST}  POSTGRES_PASSWORD: 's3/cret"word'\n`,
    "dev",
    "SLUICE_T_API_TOKEN=tok-123456\n",
  );
  assert.equal(
    redact('s3/cret"word s3%2Fcret%22word {"p":"s3/cret\\"word"} tok-123456'),
    '*** *** {"p":"***"} ***',
  );
  await read(LEAST.replace("u\n", "sluice\n") + "  POSTGRES_PASSWORD: sluice\n");
  assert.equal(
    redact("in /srv/sluice"),
    "in /srv/sluice",
    "a password that is the user's name hides nothing",
  );
  await read(`${LEAST}  POSTGRES_PASSWORD: abc\n`);
  assert.equal(redact("abc abcd"), "*** abcd", "a short one only where it stands alone");
});
