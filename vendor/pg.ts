/** The package `pg`, from one file. @module */
// @ts-types="./packages/node/pg.ts"
export * from "./bundled/pg.js";
// @ts-types="./packages/node/pg.ts"
export { default } from "./bundled/pg.js";
