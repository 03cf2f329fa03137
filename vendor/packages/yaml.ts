/** Everything of the package. @module */
export * from "yaml/package";
