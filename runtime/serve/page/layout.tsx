/** @jsxRuntime automatic */
/** @jsxImportSource hono/jsx */
/** What every page has around its content. @module */
import type { Child } from "hono/jsx";

export interface LayoutProps {
  readonly title: string;
  /** The page of the navigation that it is, or belongs to. */
  readonly place: keyof typeof PLACES;
  readonly children: Child;
}

const PLACES = {
  pipelines: ["/", "Pipelines"],
  triggers: ["/triggers", "Triggers"],
  runs: ["/runs", "Runs"],
  backfills: ["/backfills", "Backfills"],
} as const;

/** What stands in the head of every page, and `children` behind it. */
export function PageHead({ title, children }: {
  readonly title: string;
  readonly children?: Child;
}) {
  return (
    <head>
      <meta charset="utf-8" />
      <meta name="viewport" content="width=device-width, initial-scale=1" />
      <meta name="color-scheme" content="light dark" />
      <title>{title} · Sluice</title>
      <link rel="stylesheet" href="/assets/page.css" />
      <link rel="icon" href="data:," />
      {children}
    </head>
  );
}

/** A page: head, the way to the other pages, and `children`. */
export function Layout({ title, place, children }: LayoutProps) {
  return (
    <html lang="en">
      <PageHead title={title}>
        <script type="module" src="/assets/main.ts"></script>
      </PageHead>
      <body>
        <header>
          <a class="brand" href="/">Sluice</a>
          <nav>
            {Object.entries(PLACES).map(([key, [href, name]]) => (
              <a key={href} href={href} aria-current={key === place ? "page" : undefined}>{name}</a>
            ))}
          </nav>
          <span id="connection" title="Whether this page hears from the server">connecting</span>
        </header>
        <main>{children}</main>
        <div id="notices" role="status"></div>
      </body>
    </html>
  );
}
