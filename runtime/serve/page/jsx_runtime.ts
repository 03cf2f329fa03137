/** What JSX becomes; `deno.json` maps `hono/jsx/jsx-runtime` here. Each page imports it, and for each module that
 *  imports from a package Deno looks through all that are installed, as in `../packages.ts`. @module */
export { Fragment, type JSX, jsxDEV as jsx, jsxDEV as jsxs } from "hono/jsx/jsx-dev-runtime";
