/** What the server uses of the package, and what its JSX becomes. @module */
export { type Context, Hono, type MiddlewareHandler } from "hono/package";
export { getCookie, setCookie } from "hono/package/cookie";
export { html } from "hono/package/html";
export type { Child } from "hono/package/jsx";
export type { ContentfulStatusCode } from "hono/package/utils/http-status";
export { Fragment, type JSX, jsx, jsxs } from "hono/package/jsx/jsx-runtime";
