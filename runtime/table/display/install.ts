/** Makes every Arrow table show as HTML in notebooks, on the stock kernel as on Sluice's own.
 *  Importing "sluice" is enough: cells do nothing for it. Costs nothing until a table is shown. @module */
import { Table } from "apache-arrow";
import { findJupyter } from "./jupyter.ts";

if (findJupyter()) {
  Object.defineProperty(Table.prototype, Symbol.for("Jupyter.display"), {
    configurable: true,
    async value(this: Table) {
      const { mediaOf } = await import("../media.ts");
      return mediaOf(this);
    },
  });
}
