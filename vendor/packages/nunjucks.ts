/** Everything of the package. @module */
export { default } from "nunjucks/package";
