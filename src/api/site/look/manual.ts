/** What the manual has besides: search, pages by chapter beside the text, results. */
export const MANUAL = `
.manual { display: grid; grid-template: "seek sheet" auto "pages sheet" 1fr / 216px minmax(0, 1fr); gap: 24px 64px; align-items: start; }
.seek { grid-area: seek; } .sheet { grid-area: sheet; min-width: 0; } .seek .all { display: none; }
.seek form { display: flex; height: 40px; background: var(--sheet); border: 1px solid var(--faint); border-radius: 4px; }
.seek form:focus-within { border-color: var(--accent); box-shadow: 0 0 0 1px var(--accent); }
.seek input[type=search] { flex: 1; min-width: 0; padding: 0 0 0 12px; font: 15px/24px var(--text); color: var(--ink); background: none; border: 0; outline: 0; appearance: none; }
.seek input::placeholder { color: var(--faint); opacity: 1; }
.seek button { padding: 0 12px; font: 600 14px/20px var(--text); color: var(--accent); background: none; border: 0; border-left: 1px dashed var(--line); cursor: pointer; white-space: nowrap; }
#pages { grid-area: pages; position: sticky; top: 24px; max-height: calc(100vh - 48px); overflow-y: auto; overscroll-behavior: contain; font-size: 15px; line-height: 20px; scrollbar-width: thin; padding-right: 8px; margin-right: -8px; }
#pages details { border-bottom: 1px dashed var(--line); padding: 10px 0; } #pages details:first-child { padding-top: 0; } #pages details:last-child { border: 0; }
#pages summary { list-style: none; display: flex; justify-content: space-between; font: 600 14px/24px var(--text); color: var(--ink); } #pages summary::-webkit-details-marker { display: none; }
#pages summary::after { content: "+"; font: 14px/24px var(--mono); color: var(--faint); } #pages details[open] > summary::after { content: "−"; }
#pages ul { margin: 0; padding: 0; list-style: none; } #pages li a { display: block; padding: 5px 0; color: var(--ink); text-decoration: none; }
#pages li a:hover { text-decoration: underline; } #pages li a[aria-current] { color: var(--accent); font-weight: 600; }
#pages .here { margin: 0 0 8px; padding-left: 12px; border-left: 2px solid var(--accent); } #pages .here a { padding: 3px 0; font-size: 14px; color: var(--faint); } #pages .here a:hover { color: var(--ink); }
.sheet > .prose { max-width: none; } .sheet .prose > p, .sheet .prose > ul, .sheet .prose > ol { max-width: 72ch; } .sheet .prose h2 { font-size: 22px; margin-top: 48px; } .sheet li > p { margin: 0 0 8px; }
.sheet .prose li { margin-bottom: 6px; } .sheet .prose li::marker { color: var(--faint); } .sheet table { margin: 8px 0 20px; } .sheet li table { margin-left: 0; } .sheet td:first-child { min-width: 104px; }
.sheet .code pre { border: 0; background: none; } .sheet :not(pre, a) > code { padding: 1px 4px; background: var(--card); border-radius: 3px; font-size: 13.5px; box-decoration-break: clone; -webkit-box-decoration-break: clone; } .sheet :is(td, dd) code { padding: 0; background: none; } .sheet td > span { min-width: 0; } .sheet td a { overflow-wrap: anywhere; } .sheet :is(p, li) { overflow-wrap: break-word; }
@media screen and (min-width: 1100px) { .sheet .prose :is(td, td code) { overflow-wrap: break-word; } }
.sheet section { padding-top: 8px; } .sheet section + section { margin-top: 40px; border-top: 1px dashed var(--line); padding-top: 32px; } .sheet section > h2 { margin-top: 0; }
.anchor { color: var(--faint); font-weight: 400; text-decoration: none; opacity: 0; } :is(h2, h3):hover > .anchor { opacity: 1; }
.jump { display: none; flex-wrap: wrap; gap: 2px 16px; margin: 0 0 24px; font-size: 15px; }
.turn { display: grid; grid-template-columns: 1fr 1fr; gap: 16px; margin-top: 64px; } .turn a { display: block; padding: 12px 16px; color: var(--ink); text-decoration: none; background: var(--sheet); border: 1px solid var(--line); border-radius: 4px; }
.turn a:hover { border-color: var(--faint); } .turn small { display: block; font-size: 13px; line-height: 18px; color: var(--faint); } .turn .after { grid-column: 2; text-align: right; }
.hits { margin: 24px 0 0; padding: 0; list-style: none; } .hits li { padding: 14px 0; border-bottom: 1px dashed var(--line); } .hits li:first-child { border-top: 1px solid var(--ink); }
.hits a { font-weight: 600; } .hits .where { margin-left: 12px; font-size: 14px; color: var(--faint); } .hits p mark { color: var(--ink); } .hits p { margin: 4px 0 0; font-size: 15px; line-height: 22px; color: var(--faint); max-width: 80ch; overflow-wrap: anywhere; }
mark { color: inherit; background: none; font-weight: 650; box-shadow: inset 0 -2px var(--signal); }
.contents { display: grid; grid-template-columns: repeat(auto-fill, minmax(220px, 1fr)); gap: 32px; margin-top: 32px; } .sheet .contents section { margin: 0; padding: 8px 0 0; border-top: 1px solid var(--ink); }
.contents h2 { font-size: 16px; line-height: 24px; margin: 0 0 8px; } .contents ul { margin: 0; padding: 0; list-style: none; } .contents li { padding: 3px 0; }
@media screen and (max-width: 860px) {
  .manual { grid-template: "seek" auto "sheet" auto "pages" auto / minmax(0, 1fr); gap: 24px; } .seek { display: flex; gap: 16px; align-items: center; } .seek form { flex: 1; min-width: 0; } .seek .all { display: block; white-space: nowrap; font-size: 15px; }
  #pages { position: static; max-height: none; padding: 20px 0 0; border-top: 1px solid var(--ink); scroll-margin-top: 16px; } #pages .here { display: none; } #pages li a { padding: 8px 0; } .jump { display: flex; }
}
@media print { .seek, #pages, .turn, .anchor, .copy { display: none; } .manual { display: block; } }
`
