/** What the server uses of packages, each named once: for every module of a graph that names a package Deno looks
 *  through all that are installed, 10 ms of processor each time, and forty modules here name one. @module */
export { type Context, Hono, type MiddlewareHandler } from "hono";
export { getCookie, setCookie } from "hono/cookie";
export { html } from "hono/html";
export { type Child, Fragment } from "hono/jsx";
export * as z from "zod";
