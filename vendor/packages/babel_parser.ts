/** What reads cells. @module */
export { parse } from "@babel/parser/package";
