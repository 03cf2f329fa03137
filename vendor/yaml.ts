/** The package `yaml`, from one file. @module */
// @ts-types="./packages/yaml.ts"
export * from "./bundled/yaml.js";
