/** Everything of the package. @module */
export * from "pg/package";
export { default } from "pg/package";
