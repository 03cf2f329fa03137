/** The package `pg-copy-streams`, from one file. @module */
// @ts-types="./packages/node/pg_copy_streams.ts"
export * from "./bundled/pg_copy_streams.js";
