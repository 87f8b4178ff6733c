/** What single pages have besides: the landing page, the models, the status, the docs. */
export const PAGES = `
.hero { display: grid; grid-template-columns: minmax(0, 1.15fr) minmax(320px, 1fr); gap: 48px 72px; align-items: center; padding: 24px 0 16px; }
.hero h1 { font-size: 52px; line-height: 56px; letter-spacing: -0.03em; margin-bottom: 20px; }
.hero h1 span { display: block; }
.hero .lead { font-size: 18px; line-height: 28px; margin-bottom: 28px; }
.acts { display: flex; flex-wrap: wrap; gap: 12px; margin: 0 0 28px; }
.seal { display: flex; flex-wrap: wrap; gap: 4px 8px; align-items: baseline; margin: 0; font-size: 14px; line-height: 20px; color: var(--faint); }
.seal b { color: var(--good); font-weight: 600; }
.board { margin: 0; padding: 0; list-style: none; border-top: 1px solid var(--ink); }
.board li { border-bottom: 1px dashed var(--line); } .board a { color: var(--ink); text-decoration: none; padding: 12px 0; font: 15px/24px var(--mono); }
.board a:hover > :first-child { text-decoration: underline; text-underline-offset: 3px; } .board + p { margin-top: 16px; } .board i { font-style: normal; color: var(--faint); }
.absent { display: grid; grid-template-columns: repeat(4, minmax(0, 1fr)); gap: 0 32px; margin: 0; }
.absent div { padding: 16px 0; border-top: 1px solid var(--ink); } .absent dt { font-size: 15px; line-height: 20px; color: var(--faint); }
.absent dd { margin: 0; font: 40px/48px var(--mono); letter-spacing: -0.02em; font-variant-numeric: tabular-nums; } .absent div { display: flex; flex-direction: column-reverse; justify-content: flex-end; }
.steps { counter-reset: step; display: grid; grid-template-columns: repeat(3, minmax(0, 1fr)); gap: 32px; margin: 0; padding: 0; list-style: none; }
.steps li { counter-increment: step; } .steps li::before { content: counter(step); display: block; font: 14px/24px var(--mono); color: var(--accent); border-top: 1px solid var(--ink); padding-top: 8px; }
.steps b { display: block; font-weight: 650; }
.find { display: grid; grid-template-columns: 2fr 1fr 1fr 1fr auto; gap: 12px 16px; align-items: end; margin: 24px 0 8px; }
.find label, .field { display: block; font-size: 14px; line-height: 20px; color: var(--faint); }
.find input, .find select { display: block; width: 100%; height: 44px; margin-top: 4px; padding: 8px 12px; font: 16px/24px var(--text); color: var(--ink); background: var(--sheet);
  border: 1px solid var(--faint); border-radius: 4px; }
.models td, .models th { padding-top: 12px; padding-bottom: 12px; } .models td:first-child { width: 26%; } .models .name { font: 600 15px/20px var(--mono); color: var(--ink); }
.models small, .routes small { display: block; font-size: 13px; line-height: 18px; color: var(--faint); } td s { text-decoration-thickness: 1px; }
.label { display: inline-block; margin: 2px 6px 2px 0; padding: 0 7px; font-size: 13px; line-height: 20px; border: 1px solid var(--line); border-radius: 3px; white-space: nowrap; }
.label.yes { color: var(--good); border-color: currentColor; } .label.no { color: var(--bad); border-color: currentColor; } .label.unknown { color: var(--faint); border-style: dashed; }
.where { margin: 0; padding: 0; list-style: none; } .where li + li { margin-top: 6px; }
.pair { display: grid; grid-template-columns: minmax(0, 1.4fr) minmax(300px, 1fr); gap: 40px 64px; align-items: start; } .pair h2:first-child { margin-top: 0; }
.line { display: grid; grid-template-columns: minmax(0, 1fr) auto; gap: 0 16px; padding: 14px 0; border-bottom: 1px dashed var(--line); align-items: baseline; }
.line .days { grid-column: 1 / -1; } .line .percent { font-family: var(--mono); font-size: 14px; font-variant-numeric: tabular-nums; text-align: right; }
.days { display: block; width: 100%; height: 28px; margin-top: 8px; mask: repeating-linear-gradient(90deg, #000 0 calc(100% / 90 - 2px), #0000 0 calc(100% / 90)); }
.line .line { padding: 8px 0 8px 20px; } .line .line .days { height: 16px; } .line details, .line > .routes { grid-column: 1 / -1; } .line details { margin-top: 6px; }
.d0 { fill: var(--line); } .d1 { fill: var(--bar); } .d3 { fill: var(--bad); }
.ends { display: flex; justify-content: space-between; font: 12px/16px var(--mono); color: var(--faint); margin: 4px 0 0; grid-column: 1 / -1; }
.state { display: inline-flex; align-items: center; gap: 12px; } .dot { width: 14px; height: 14px; border-radius: 50%; background: var(--good); flex: none; }
.dot.down { background: var(--bad); border-radius: 2px; } .dot.maintenance { background: none; border: 3px solid var(--warn); }
.code { position: relative; margin: 12px 0 16px; background: var(--sheet); border: 1px solid var(--line); border-radius: 4px; } .code figcaption { padding: 6px 16px; font: 13px/20px var(--mono); color: var(--faint);
  border-bottom: 1px dashed var(--line); }
.code pre { margin: 0; padding: 14px 16px; overflow-x: auto; font-size: 13.5px; line-height: 21px; tab-size: 2; } .code code { font-size: inherit; overflow-wrap: normal; }
.copy { position: absolute; right: 8px; top: 5px; padding: 2px 10px; font: 13px/20px var(--text); color: var(--ink); background: var(--card); border: 1px solid var(--line); border-radius: 3px; cursor: pointer; }
.op { margin: 0; padding: 16px 0; border-bottom: 1px dashed var(--line); } .op > summary { display: flex; flex-wrap: wrap; gap: 4px 12px; align-items: baseline; color: var(--ink); font-size: 15px; }
  .op > summary::before { content: "+"; font: 700 15px/20px var(--mono); color: var(--faint); } .op[open] > summary::before { content: "−"; }
.verb { display: inline-block; min-width: 58px; font: 700 13px/20px var(--mono); } .verb.post, .verb.put, .verb.patch { color: var(--accent); } .verb.delete { color: var(--bad); } .verb.get { color: var(--good); }
.schema { margin: 8px 0 12px; padding: 0 0 0 16px; border-left: 1px solid var(--line); list-style: none; font-size: 14px; line-height: 22px; }
.prose { max-width: 68ch; } .prose h2 { font-size: 20px; margin-top: 36px; } .prose pre { padding: 14px 16px; overflow-x: auto; background: var(--sheet); border: 1px solid var(--line); border-radius: 4px; } .prose blockquote { margin: 0 0 12px; padding-left: 16px;
  border-left: 2px solid var(--line); color: var(--faint); }
.incident { padding: 12px 0; border-bottom: 1px dashed var(--line); } .incident h2, .incident h3 { margin: 0; } .incident h3 { font-size: 17px; line-height: 24px; } .incident p { margin: 0; } .incident ol { margin: 8px 0 0; padding: 0; list-style: none; max-width: 68ch; }
  .incident li { padding: 8px 0; } .incident.open { margin-top: 16px; padding: 16px 20px; border: 1px solid var(--bad); border-radius: 4px; }
:target { scroll-margin-top: 24px; } tr:target td, tr:target th { background: var(--card); }
@media screen and (max-width: 860px) {
  .hero, .pair { grid-template-columns: minmax(0, 1fr); gap: 40px; } .hero h1 { font-size: 38px; line-height: 42px; } .absent { grid-template-columns: 1fr 1fr; } .steps { grid-template-columns: 1fr; gap: 20px; }
  .find { grid-template-columns: 1fr 1fr; } .find > label:first-of-type { grid-column: 1 / -1; } .models td:first-child { width: auto; }
  .board a { display: grid; grid-template-columns: minmax(0, 1fr) auto; } .board a::after { display: none; } .days { height: 24px; }
}
@media screen and (max-width: 720px) {
  .days { mask: repeating-linear-gradient(90deg, #000 0 calc(100% / 90 - 1px), #0000 0 calc(100% / 90)); } .line .percent span { display: block; }
  table.models tr { display: grid; grid-template-columns: repeat(4, auto); gap: 4px 16px; padding: 16px 0; justify-content: space-between; }
  table.models td { display: block; padding: 0; } table.models td:first-child, table.models td:last-child { grid-column: 1 / -1; } table.models td:first-child::before, table.models td:last-child::before { display: none; }
  table.models td:last-child { margin-top: 8px; } table.models td::before { display: block; font-size: 13px; } table.models .where { display: flex; flex-wrap: wrap; gap: 8px 24px; } .where li + li { margin-top: 0; }
}
`
