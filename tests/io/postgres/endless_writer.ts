/** Writes to the database of the project in the first argument without end, for tests that kill it.
 *  Prints "sending" when 200,000 rows are on their way. @module */
import { tableFromArrays } from "apache-arrow";
import { postgres } from "../../../runtime/io/postgres/connection.ts";
import type { IfExists } from "../../../runtime/io/postgres/write.ts";
import { TableStream } from "../../../runtime/table/table.ts";
import { inRun } from "../../services/postgres.ts";

const [folder, ifExists] = Deno.args;
const ids = Int32Array.from({ length: 20_000 }, (_, index) => index);
const table = tableFromArrays({ id: ids, name: Array.from(ids, (id) => `person ${id}`) });
const stream = new TableStream(
  table.schema,
  async function* () {
    for (let sent = 0;; sent++) {
      yield* table.batches;
      if (sent === 10) console.log("sending");
    }
  }(),
);
await inRun(folder!, () => {
  return postgres().write(stream, "hr.people", { ifExists: ifExists as IfExists });
});
