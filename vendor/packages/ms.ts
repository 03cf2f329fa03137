/** The package's one function. @module */
export { default } from "ms/package";
