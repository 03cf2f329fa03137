/** Everything of the package. @module */
export type * from "pg-copy-streams/package";
export { from, to } from "pg-copy-streams/package";
