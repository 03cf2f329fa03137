/** The package `@typescript-eslint/scope-manager`, from one file. @module */
// @ts-types="./packages/scope_manager.ts"
export * from "./bundled/scope_manager.js";
