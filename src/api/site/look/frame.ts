/** What every page has: the type, the head and the foot, links, buttons, tables that become stubs on a phone. */
export const FRAME = `
*, ::before, ::after { box-sizing: border-box; }
html { scroll-padding-top: 24px; -webkit-text-size-adjust: 100%; text-size-adjust: 100%; }
body { margin: 0; min-height: 100vh; display: flex; flex-direction: column; background: var(--paper); color: var(--ink); font: 16px/24px var(--text); }
main { flex: 1; width: 100%; max-width: 808px; margin: 0 auto; padding: 40px 24px 80px; }
main.wide { max-width: 1128px; }
a { color: var(--accent); text-underline-offset: 3px; text-decoration-thickness: 1px; }
a:hover { text-decoration-thickness: 2px; }
:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; border-radius: 2px; }
.skip { position: absolute; left: 16px; top: -64px; padding: 8px 16px; background: var(--sheet); z-index: 1; }
.skip:focus { top: 8px; }
.top, .foot { width: 100%; max-width: 1128px; margin: 0 auto; padding: 0 24px; }
.top { display: flex; flex-wrap: wrap; align-items: center; gap: 4px 32px; padding-top: 16px; padding-bottom: 16px; }
.brand { display: inline-flex; align-items: center; gap: 10px; min-height: 32px; color: var(--ink); font-weight: 650; font-size: 17px; letter-spacing: -0.01em;
  text-decoration: none; }
.brand img { height: 28px; width: auto; max-width: 160px; display: block; } .brand svg { display: block; }
.top nav { display: flex; flex: 1; flex-wrap: wrap; align-items: center; gap: 4px 24px; }
.top nav a { color: var(--ink); text-decoration: none; padding: 4px 0; border-bottom: 2px solid transparent; }
.top nav a:hover { border-color: var(--line); } .top nav a[aria-current] { border-color: var(--accent); }
.top nav .enter { margin-left: auto; }
.rule { height: 1px; border: 0; margin: 0; background: repeating-linear-gradient(90deg, var(--line) 0 6px, transparent 6px 12px); }
.foot { display: grid; grid-template-columns: 1fr auto; gap: 12px 32px; padding-top: 20px; padding-bottom: 40px; font-size: 14px; line-height: 20px; color: var(--faint); }
.foot nav { display: flex; flex-wrap: wrap; gap: 4px 20px; } .foot a { color: inherit; } .foot p { margin: 0; grid-column: 1 / -1; }
.sub { display: flex; flex-wrap: wrap; gap: 4px 20px; margin: 0 0 8px; font-size: 15px; }
.sub a[aria-current] { color: var(--ink); text-decoration: none; border-bottom: 2px solid var(--accent); }
h1 { font-size: 36px; line-height: 44px; margin: 0 0 8px; letter-spacing: -0.02em; font-weight: 680; text-wrap: balance; }
h2 { font-size: 22px; line-height: 28px; margin: 56px 0 12px; letter-spacing: -0.01em; font-weight: 650; }
h3 { font-size: 16px; line-height: 24px; margin: 32px 0 8px; font-weight: 650; }
p { margin: 0 0 12px; } ul, ol { margin: 0 0 16px; padding-left: 24px; }
.lead { color: var(--faint); max-width: 62ch; text-wrap: pretty; }
.faint { color: var(--faint); } .good, .shown { color: var(--good); } .bad, .red { color: var(--bad); } .not-run { color: var(--faint); }
.kicker { margin: 0 0 8px; font: 12px/16px var(--mono); letter-spacing: .08em; text-transform: uppercase; color: var(--faint); }
.mono, code, pre, kbd, time, .figure { font-family: var(--mono); font-size: 14px; font-variant-numeric: tabular-nums; }
time, .nowrap { white-space: nowrap; } code { overflow-wrap: anywhere; }
.button { display: inline-block; padding: 10px 20px; font: 600 16px/24px var(--text); color: var(--on-signal); background: var(--signal); border: 0; border-radius: 4px;
  text-decoration: none; cursor: pointer; }
.button.quiet { color: var(--ink); background: none; box-shadow: inset 0 0 0 1px var(--faint); }
table { width: 100%; border-collapse: collapse; font-size: 15px; line-height: 20px; }
caption { text-align: left; color: var(--faint); font-size: 14px; padding: 0 0 8px; }
th { text-align: left; font-weight: 400; font-size: 14px; color: var(--faint); padding: 4px 0; border-bottom: 1px solid var(--ink); vertical-align: bottom; }
tbody tr { background: repeating-linear-gradient(90deg, var(--line) 0 4px, transparent 4px 8px) bottom / 100% 1px no-repeat; }
td { vertical-align: top; padding: 10px 0; overflow-wrap: anywhere; }
th + th, td + td, th + td { padding-left: 20px; }
tbody th { font-weight: 600; color: var(--ink); border: 0; padding-top: 16px; }
th.figure, td.figure { text-align: right; white-space: nowrap; } th.figure { font-family: var(--text); }
td.code-name { white-space: nowrap; } .kicker time { font-size: inherit; }
.banner { margin: 24px 0; padding: 12px 16px; background: var(--card); border-left: 3px solid var(--accent); border-radius: 2px; }
summary { cursor: pointer; color: var(--faint); font-size: 14px; } details[open] > summary { padding-bottom: 8px; }
.hidden { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
@media (prefers-reduced-motion: no-preference) { html { scroll-behavior: smooth; } }
@media screen and (max-width: 720px) {
  main { padding: 24px 16px 56px; } .top, .foot { padding-left: 16px; padding-right: 16px; }
  .top { padding-top: 12px; padding-bottom: 12px; } .top nav { flex-basis: 100%; gap: 4px 20px; } .foot { grid-template-columns: 1fr; }
  h1 { font-size: 30px; line-height: 36px; } h2 { margin-top: 44px; }
  table.stack thead { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }
  table.stack tr { display: block; padding: 12px 0; } td.code-name { white-space: normal; }
  table.stack tbody th { display: block; padding: 4px 0; border: 0; }
  table.stack td { display: flex; gap: 16px; padding: 2px 0; border: 0; text-align: left; white-space: normal; }
  table.stack td::before { content: attr(data-head); flex: 0 0 104px; color: var(--faint); font: 14px/20px var(--text); }
  table.stack td:empty { display: none; }
}
@page { margin: 16mm 14mm 18mm; }
@media print { body { font-size: 10pt; line-height: 14pt; } main, main.wide { max-width: none; padding: 0; } .top, .foot, .sub, .skip, .rule { display: none; }
  thead { display: table-header-group; } tr { break-inside: avoid; } a { color: inherit; text-decoration: none; } }
`
