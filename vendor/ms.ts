/** The package `ms`, from one file. @module */
// @ts-types="./packages/ms.ts"
export { default } from "./bundled/ms.js";
