/** Run by `no_ffi_test.ts` without permission for native libraries. @module */
import { check, derive, filter, rows, select, sql, tableFromRows } from "../../mod.ts";
import { readIpc, writeIpc } from "../../runtime/table/ipc.ts";

const path = Deno.args[0]!;
const table = tableFromRows([{ n: 1, s: "one" }, { n: 2, s: "two" }], {
  types: { n: "int64 not null" },
});
const kept = select(filter(table, (row) => row.n > 1), ["n"]);
check(kept, { "above one": (row) => row.n > 1 });
await writeIpc(derive(kept, { m: { type: "int32", from: (row) => row.n * 2 } }), path);
console.log(JSON.stringify(rows(await readIpc(path))));
await sql`select 1`.catch((failure) => console.log(failure.message));
