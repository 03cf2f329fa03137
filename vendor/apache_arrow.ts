/** apache-arrow in one file: what nearly every run, command and kernel loads. Its package comes as 150 modules;
 *  looking them up and reading them takes ten times as long as running them. @module */
// @ts-types="./apache_arrow.package.ts"
export * from "./apache_arrow.bundle.js";
