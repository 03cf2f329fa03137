/** The package `nunjucks`, from one file. @module */
// @ts-types="./packages/nunjucks.ts"
export { default } from "./bundled/nunjucks.js";
