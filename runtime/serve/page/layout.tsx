/** @jsxRuntime automatic */
/** @jsxImportSource hono/jsx */
/** What every page has around its content. @module */
import type { Child } from "hono/jsx";

export interface LayoutProps {
  readonly title: string;
  readonly children: Child;
}

const PLACES = [["/", "Pipelines"], ["/runs", "Runs"]] as const;

/** A page: head, the way to the other pages, and `children`. */
export function Layout({ title, children }: LayoutProps) {
  return (
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <title>{title} · Sluice</title>
        <link rel="stylesheet" href="/assets/page.css" />
        <link rel="icon" href="data:," />
        <script type="module" src="/assets/page.js"></script>
      </head>
      <body>
        <header>
          <a class="brand" href="/">Sluice</a>
          <nav>
            {PLACES.map(([href, name]) => <a key={href} href={href}>{name}</a>)}
          </nav>
          <span id="connection" title="Whether this page hears from the server">connecting</span>
        </header>
        <main>{children}</main>
        <div id="notices" role="status"></div>
      </body>
    </html>
  );
}
