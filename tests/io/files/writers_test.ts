import assert from "node:assert/strict";
import { tableFromArrays } from "apache-arrow";
import { withScope } from "../../../runtime/context/scope.ts";
import { readCsv } from "../../../runtime/io/files/readers.ts";
import { writeCsv, writePartitioned } from "../../../runtime/io/files/writers.ts";
import { scopeOf } from "../scope_of.ts";
import { TempFolder } from "../temp_folder.ts";

const ONE = tableFromArrays({ n: [1] });
const TWO = tableFromArrays({ n: [2, 3] });
const ONE_BY = tableFromArrays({ n: [1], m: [0] });
const TWO_BY = tableFromArrays({ n: [2, 3], m: [0, 0] });

Deno.test("writers number the appends of calls that are made at once in their order", async () => {
  await using folder = await TempFolder.make();
  const append = (attempt: number) => {
    const scope = scopeOf({ folder: folder.path, attempt });
    const options = { ifExists: "append" } as const;
    return withScope(scope, async () => {
      const written = await Promise.all([
        writeCsv(ONE, folder.at("a.csv"), options),
        writePartitioned(ONE_BY, folder.at("set"), { by: "n", ...options }),
        writeCsv(TWO, folder.at("a.csv"), options),
        writePartitioned(TWO_BY, folder.at("set"), { by: "n", ...options }),
      ]);
      await scope.resources.close();
      return written.map(({ rows }) => rows);
    });
  };
  // The first attempt loads the writers while the calls wait, the second finds them there.
  assert.deepEqual(await append(1), [1, 1, 2, 2]);
  assert.deepEqual(await append(2), [1, 1, 2, 2]);
  assert.equal((await readCsv(folder.at("a.csv"))).numRows, 3);
});
