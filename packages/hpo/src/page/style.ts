/** The page's sheet. A theme is that of the reader's system; `data-theme` on the root forces one. */
export const STYLE = `
:root {
  color-scheme: light dark;
  --page: light-dark(#f7f7f4, #121512);
  --surface: light-dark(#ffffff, #1a1e1b);
  --ink: light-dark(#1d211e, #e6e9e5);
  --muted: light-dark(#5c655f, #9aa49d);
  --line: light-dark(#dfe2dc, #2f3531);
  --band: light-dark(#eef1ec, #222824);
  --accent: light-dark(#1d6f4a, #6fcf9f);
  --value: light-dark(#2a63b8, #7db0f7);
  --best: light-dark(#c2570c, #f0a35e);
  --far: light-dark(#c3ccd6, #3b434b);
  --near: light-dark(#123f8c, #9cc6ff);
  --failed: light-dark(#b03227, #f08a7c);
}
:root[data-theme="light"] { color-scheme: light; }
:root[data-theme="dark"] { color-scheme: dark; }
* { box-sizing: border-box; }
html { scroll-padding-top: 3.5rem; }
body {
  margin: 0 auto;
  padding: 0 1.25rem 3rem;
  max-width: 75rem;
  background: var(--page);
  color: var(--ink);
  font: 1rem / 1.55 system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", "DejaVu Sans", sans-serif;
  overflow-wrap: break-word;
}
a { color: var(--accent); }
:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; }
.skip:not(:focus) { position: absolute; left: -999rem; }
header { padding-top: 2.5rem; }
.brand { margin: 0; color: var(--accent); font-weight: 600; }
h1 { margin: 0.1rem 0 0.75rem; font-size: clamp(1.7rem, 5vw, 2.5rem); line-height: 1.15; letter-spacing: -0.02em; }
h2 { margin: 0 0 0.75rem; font-size: 1.35rem; letter-spacing: -0.01em; }
h3 { margin: 0 0 0.35rem; font-size: 0.95rem; }
p { margin: 0 0 1rem; max-width: 46rem; text-wrap: pretty; }
nav {
  position: sticky;
  z-index: 3;
  top: 0;
  margin: 0 -1.25rem;
  padding: 0 1.25rem;
  background: var(--page);
  border-bottom: 1px solid var(--line);
  overflow-x: auto;
  scrollbar-width: none;
}
nav ul { display: flex; gap: 1.25rem; margin: 0; padding: 0.65rem 0; list-style: none; white-space: nowrap; font-size: 0.9rem; }
nav a { color: var(--muted); text-decoration: none; }
nav a:hover, nav a:focus-visible { color: var(--accent); }
section { margin-top: 2.75rem; }
#overview { margin-top: 1.5rem; }
.lead { font-size: 1.1rem; color: var(--muted); }
.note {
  padding: 0.75rem 1rem;
  max-width: none;
  background: var(--surface);
  border: 1px solid var(--line);
  border-left: 4px solid var(--best);
  border-radius: 0.4rem;
}
.tiles { display: grid; grid-template-columns: repeat(auto-fit, minmax(10.5rem, 1fr)); gap: 0.75rem; margin: 1.25rem 0 1.5rem; }
.tile { padding: 0.85rem 1rem; background: var(--surface); border: 1px solid var(--line); border-radius: 0.6rem; }
.tile dt { color: var(--muted); font-size: 0.875rem; }
.tile dd { margin: 0; }
.tile b { display: block; font-size: 1.7rem; line-height: 1.3; font-weight: 650; letter-spacing: -0.02em; font-variant-numeric: tabular-nums; }
.tile span { display: block; color: var(--muted); font-size: 0.8rem; line-height: 1.4; }
.charts { display: grid; grid-template-columns: repeat(6, minmax(0, 1fr)); gap: 1rem; }
.chart { margin: 0; padding: 1rem 0.8rem; grid-column: span 3; background: var(--surface); border: 1px solid var(--line); border-radius: 0.6rem; }
.chart.whole { grid-column: 1 / -1; }
.chart.third { grid-column: span 2; padding-inline: 0.3rem; }
.chart.third h3, .chart.third figcaption { padding: 0 0.5rem; }
.chart svg { display: block; max-width: 100%; height: auto; font-size: 12px; font-family: inherit; color: var(--ink); overflow: visible; }
.chart svg [aria-label$="tick label"], .chart svg [aria-label$="axis label"] { fill: var(--muted); }
.chart .narrow { display: none; }
figcaption { margin-top: 0.4rem; color: var(--muted); font-size: 0.875rem; line-height: 1.45; }
.legend { display: flex; flex-wrap: wrap; gap: 0.25rem 1.25rem; margin: 0 0 0.5rem; padding: 0; list-style: none; font-size: 0.875rem; }
.legend i { display: inline-block; width: 1.1rem; height: 3px; margin-right: 0.45rem; vertical-align: middle; border-radius: 2px; }
.scroll { max-width: 100%; max-height: 36rem; overflow: auto; background: var(--surface); border: 1px solid var(--line); border-radius: 0.6rem; }
table { width: 100%; border-collapse: collapse; font-size: 0.9rem; font-variant-numeric: tabular-nums; }
th, td { padding: 0.45rem 0.9rem; text-align: left; border-top: 1px solid var(--line); overflow-wrap: break-word; }
td.text { max-width: 24rem; }
td.long { min-width: 16rem; }
thead th { position: sticky; z-index: 1; top: 0; color: var(--muted); font-weight: 500; background: var(--surface); border-top: 0; box-shadow: inset 0 -1px 0 var(--line); white-space: nowrap; }
tbody tr:first-child > * { border-top: 0; }
tbody th { font-weight: 500; }
.number { text-align: right; white-space: nowrap; }
.below { margin-top: 1rem; }
.hidden { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }
.state-pruned { color: var(--muted); }
.state-failed { color: var(--failed); }
code { font-family: ui-monospace, "SF Mono", Menlo, Consolas, "DejaVu Sans Mono", monospace; font-size: 0.875em; }
footer { margin-top: 3.5rem; padding-top: 1rem; border-top: 1px solid var(--line); color: var(--muted); font-size: 0.875rem; }
@media (max-width: 68rem) {
  .chart.third { grid-column: span 3; }
}
@media (max-width: 52rem) {
  .charts { grid-template-columns: minmax(0, 1fr); }
  .chart, .chart.third { grid-column: 1; }
}
@media (max-width: 34rem) {
  body { padding: 0 0.9rem 2rem; }
  nav { margin: 0 -0.9rem; padding: 0 0.9rem; }
  .tiles { grid-template-columns: repeat(2, minmax(0, 1fr)); }
  .chart { padding: 0.75rem 0.35rem; }
  .chart h3, .chart figcaption, .legend { padding: 0 0.4rem; }
  .chart .wide { display: none; }
  .chart .narrow { display: block; }
  th, td { padding: 0.4rem 0.6rem; }
}
@media print {
  nav, .skip { display: none; }
  .scroll { max-height: none; overflow: visible; }
}
`;
