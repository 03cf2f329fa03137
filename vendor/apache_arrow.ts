/** The package `apache-arrow`, from one file. @module */
// @ts-types="./packages/apache_arrow.ts"
export * from "./bundled/apache_arrow.js";
