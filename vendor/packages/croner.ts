/** Everything of the package. @module */
export * from "croner/package";
