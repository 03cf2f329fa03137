/** What the bundle is made from: everything of the package that deno.json pins. @module */
export * from "apache-arrow/package";
