/** What `field_pieces_test.ts` runs in a process of its own: reads a file's fields, or leaves it after the
 *  first piece. @module */
import { fieldsOnThread } from "../../../runtime/io/files/field_pieces.ts";

const [path, until] = Deno.args;
let rows = 0;
const syntax = { delimiter: ",", quote: '"', columns: 2 };
for await (const piece of fieldsOnThread(path!, "gzip", syntax)) {
  rows += piece.rows;
  if (until === "first") break;
}
console.log(rows);
