/** The package's one object. @module */
export { default } from "@dagrejs/dagre/package";
