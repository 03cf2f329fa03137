/** The package `croner`, from one file. @module */
// @ts-types="./packages/croner.ts"
export * from "./bundled/croner.js";
