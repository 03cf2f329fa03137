/** @jsxRuntime automatic */
/** @jsxImportSource hono/jsx */
/** What a person sees in place of a page that cannot be given. @module */

import { html } from "hono/html";
import type { Told } from "../problem.ts";
import { PageHead } from "./layout.tsx";

/** The whole document. */
export function refusalDocument(told: Told) {
  return html`<!doctype html>${<RefusalPage told={told} />}`;
}

/** A page that says why, without scripts: whoever has no token may have none of them. */
function RefusalPage({ told: { title, detail } }: { readonly told: Told }) {
  return (
    <html lang="en">
      <PageHead title={title} />
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
