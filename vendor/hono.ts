/** The package `hono` with its parts `cookie`, `html`, `jsx` and `jsx/jsx-runtime`, from one file. @module */
// @ts-types="./packages/hono.ts"
export * from "./bundled/hono.js";
