/** The look of `report-html.ts`: the lab's colours, in both schemes, for screen and paper. */
export const reportStyle = `
:root { color-scheme: light dark;
  --paper: light-dark(#faf9f6, #131519); --ink: light-dark(#1c1e23, #ebeae5); --soft: light-dark(#585d68, #a3a9b5);
  --line: light-dark(#e2dfd7, #2e323b); --lead: light-dark(#3a49c9, #97a4ff); --third: light-dark(#955000, #f0a64f);
  --soft-dim: light-dark(#8b8e97, #7d8390); --lead-dim: light-dark(#7a86d8, #6d79c9); }
body { margin: 0; background: var(--paper); color: var(--ink);
  font: 0.9375rem/1.5 system-ui, 'Segoe UI', Roboto, 'Noto Sans', sans-serif; }
main { max-width: 60rem; margin: 0 auto; padding: 2rem 1rem 4rem; }
h1 { font-size: 1.875rem; text-wrap: balance; } h2 { margin-top: 3rem; border-top: 1px solid var(--line); padding-top: 1rem; }
h3 { margin: 2rem 0 0.5rem; } figure { margin: 0; } figcaption, .note { color: var(--soft); max-width: 44rem; text-wrap: pretty; }
dl { display: grid; grid-template-columns: max-content 1fr; gap: 0.25rem 1rem; } dt { color: var(--soft); } dd { margin: 0; overflow-wrap: anywhere; }
svg { width: 100%; height: auto; font-size: 12.5px; } svg text { fill: var(--ink); } svg .tick { fill: var(--soft); }
svg .value { font-variant-numeric: tabular-nums; } svg .numbered { fill: var(--paper); } svg .number { font-size: 10px; } svg .mark { stroke: var(--soft); stroke-width: 1.6; } svg .grid { stroke: var(--line); } svg .zero { stroke: var(--soft); }
details { margin-top: 0.5rem; } summary { cursor: pointer; color: var(--lead); }
.wide { overflow-x: auto; } table { border-collapse: collapse; font-variant-numeric: tabular-nums; font-size: 0.8125rem; margin: 0.5rem 0; }
th, td { padding: 0.2rem 0.75rem 0.2rem 0; border-bottom: 1px solid var(--line); text-align: right; vertical-align: top; }
th { font-weight: 500; } th[scope='row'], thead th:first-child { text-align: left; }
@page { size: A4; margin: 16mm 14mm; }
@media print {
  :root { color-scheme: light; --paper: #fff; }
  body { font-size: 10pt; } main { max-width: none; padding: 0; }
  h1, h2, h3 { break-after: avoid; } h2 { margin-top: 1.5rem; } h3 { margin-top: 1.25rem; }
  figure, tr, li { break-inside: avoid; } p, li, figcaption { orphans: 3; widows: 3; }
  svg { max-height: 200mm; }
  summary { display: none; } details::details-content { content-visibility: visible; display: block; height: auto; }
  .wide { overflow: visible; } table { font-size: 7pt; width: 100%; } thead { display: table-header-group; }
  th, td { padding-right: 0.3rem; overflow-wrap: break-word; } th[scope='row'] { min-width: 3.6rem; }
  figcaption, .note { break-before: avoid; }
}
`
