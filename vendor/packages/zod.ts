/** Everything of the package. @module */
export * from "zod/package";
