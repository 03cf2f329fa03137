/** The package `@babel/parser`, from one file. @module */
// @ts-types="./packages/babel_parser.ts"
export * from "./bundled/babel_parser.js";
