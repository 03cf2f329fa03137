/** Everything of the package. @module */
export * from "apache-arrow/package";
