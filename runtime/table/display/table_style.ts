/** How tables look in a notebook. @module */

/** Jupyter has strong rules of its own for tables, hence the long selectors and the stronger words. Colours are the page's own, thinned: so they fit a light page and a dark one. */
export const STYLE = `
.sluice-table { font-size: 12px; line-height: 1.35; }
.sluice-table .sluice-scroll { overflow-x: auto; max-width: 100%; }
.sluice-table table { border-collapse: collapse; border: 0; margin: 0; font-size: inherit;
  font-variant-numeric: tabular-nums; table-layout: auto; }
.sluice-table table th, .sluice-table table td { padding: 2px 10px; text-align: left !important; white-space: nowrap;
  vertical-align: top; border: 0; background: none; max-width: 28em; overflow: hidden; text-overflow: ellipsis; }
.sluice-table table thead th { padding-bottom: 4px;
  border-bottom: 1px solid color-mix(in srgb, currentColor 30%, transparent); }
.sluice-table thead th b { display: block; font-weight: 600; }
.sluice-table thead th small { display: block; font-weight: normal; opacity: .65; font-size: 10.5px; }
.sluice-table thead svg { max-width: none !important; height: 18px !important; display: block; margin: 3px 0 1px; }
.sluice-table thead th.number svg { margin-left: auto; }
.sluice-table svg rect { fill: #2d9bf0; }
.sluice-table table th.number, .sluice-table table td.number { text-align: right !important; }
.sluice-table table tbody tr { background: none; }
.sluice-table table tbody tr:nth-child(odd) {
  background: color-mix(in srgb, currentColor 4%, transparent); }
.sluice-table table tbody tr:hover { background: color-mix(in srgb, currentColor 10%, transparent); }
.sluice-table table tbody th { font-weight: normal; opacity: .45; text-align: right !important; }
.sluice-table td.null { opacity: .4; font-style: italic; }
.sluice-table tr.gap td, .sluice-table tr.gap th { opacity: .45; padding-top: 0; padding-bottom: 0; }
.sluice-table p { margin: 4px 0 0 10px; opacity: .65; }
`.replaceAll(/\s*\n\s*/g, " ").trim();
