/** The package `zod`, from one file. @module */
// @ts-types="./packages/zod.ts"
export * from "./bundled/zod.js";
