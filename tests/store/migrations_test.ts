import assert from "node:assert/strict";
import { DatabaseSync } from "node:sqlite";
import { openStore } from "../../runtime/store/open_store.ts";

Deno.test("openStore() brings a history of version 1 up to date, and its runs with it", async () => {
  const folder = await Deno.makeTempDir({ prefix: "sluice-store-" });
  await Deno.mkdir(`${folder}/.sluice`);
  const database = new DatabaseSync(`${folder}/.sluice/history.db`);
  const schema = new URL("../../runtime/store/schema/1.sql", import.meta.url);
  database.exec(await Deno.readTextFile(schema));
  database.exec(`pragma user_version = 1;
    insert into runs (id, pipeline, notebook, status, created_at, execution_date, variables,
      has_upstream, keep)
    values ('old', 'sample', '/p/sample.ipynb', 'running', 5, '2024-03-01T00:00:00+00:00[UTC]',
      '{}', 0, 'all');
    insert into leases (run, token, expires_at) values ('old', 'token', 10)`);
  database.close();
  const store = openStore(folder);
  const [run] = await store.listRuns();
  assert.equal(run?.id, "old");
  assert.equal(run?.trigger, null);
  assert.equal(run?.attempt, 1);
  assert.deepEqual(await store.recoverRuns(), ["old"]);
  assert.equal((await store.findRun("old"))?.status, "failed");
  store.close();
  await Deno.remove(folder, { recursive: true });
});
