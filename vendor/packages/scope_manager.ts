/** The analysis of scopes, with the types of what it gives. @module */
export type * from "@typescript-eslint/scope-manager/package";
export { analyze } from "@typescript-eslint/scope-manager/package";
