/** The package `@dagrejs/dagre`, from one file. @module */
// @ts-types="./packages/dagre.ts"
export { default } from "./bundled/dagre.js";
