/** @jsxRuntime automatic */
/** @jsxImportSource hono/jsx */
/** What a person sees in place of a page that cannot be given. @module */

import { html } from "hono/html";
import type { Told } from "../problem.ts";

/** The whole document. */
export function refusalDocument(told: Told) {
  return html`<!doctype html>${<RefusalPage told={told} />}`;
}

/** A page that says why, without scripts: whoever has no token may have none of them. */
function RefusalPage({ told: { title, detail } }: { readonly told: Told }) {
  return (
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <title>{title} · Sluice</title>
        <link rel="stylesheet" href="/assets/page.css" />
        <link rel="icon" href="data:," />
      </head>
      <body>
        <main>
          <h1>{title}</h1>
          <p>{detail}</p>
          <p>
            <a href="/">All pipelines</a>
          </p>
        </main>
      </body>
    </html>
  );
}
