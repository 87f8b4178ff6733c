/** The one style sheet of the privacy pages: paper and ink on screens, light and dark; on paper black on white. */
export const STYLE = `
:root { color-scheme: light dark; --paper: #faf7f0; --card: #f3eee2; --ink: #1c1a17; --faint: #6b655b; --line: #d9d2c3; --accent: #8a5300;
  --good: #2f6b3a; --bad: #a4262c; }
@media screen and (prefers-color-scheme: dark) {
  :root { --paper: #161513; --card: #1e1c19; --ink: #ece7dc; --faint: #a39c8e; --line: #37332c; --accent: #f0a830; --good: #7fbf8a; --bad: #f08d86; }
}
* { box-sizing: border-box; }
html { scroll-padding-top: 24px; }
body { margin: 0; background: var(--paper); color: var(--ink); font: 16px/24px system-ui, "Noto Sans SC", "PingFang SC", sans-serif; }
main { max-width: 760px; margin: 0 auto; padding: 40px 24px 64px; }
main.wide { max-width: 1040px; }
header { display: flex; flex-wrap: wrap; justify-content: space-between; align-items: baseline; gap: 4px 24px; }
.mark { font-weight: 600; } .mark span { color: var(--faint); font-weight: 400; }
nav { display: flex; flex-wrap: wrap; gap: 4px 20px; }
nav a[aria-current] { color: var(--ink); text-decoration: none; border-bottom: 2px solid var(--accent); }
a { color: var(--accent); text-underline-offset: 3px; text-decoration-thickness: 1px; }
a:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; }
h1 { font-size: 32px; line-height: 40px; margin: 32px 0 8px; letter-spacing: -0.01em; }
h2 { font-size: 20px; line-height: 28px; margin: 48px 0 12px; }
p { margin: 0 0 12px; }
.lead { color: var(--faint); max-width: 60ch; }
.faint { color: var(--faint); }
.mono, .clauses, time, code { font-family: ui-monospace, "SF Mono", Menlo, Consolas, "DejaVu Sans Mono", monospace; font-size: 13px;
  font-variant-numeric: tabular-nums; }
time, .nowrap { white-space: nowrap; } code { overflow-wrap: anywhere; }
.roll { margin: 24px 0 0; border-top: 1px solid var(--ink); border-bottom: 1px solid var(--ink); }
.roll div { display: flex; justify-content: space-between; align-items: baseline; gap: 24px; padding: 8px 0; border-bottom: 1px dashed var(--line); }
.roll div:last-child { border: 0; }
.roll dt { color: var(--faint); } .roll dd { margin: 0; text-align: right; overflow-wrap: anywhere; min-width: 0; }
.contents { margin: 24px 0 0; padding: 0; list-style: none; columns: 2; column-gap: 32px; } .contents li { padding: 2px 0; break-inside: avoid; }
.sentence { margin: 0 0 16px; padding-left: 16px; border-left: 2px solid var(--line); max-width: 68ch; }
.sentence.promise { border-color: var(--good); }
.clauses { display: block; margin-top: 2px; color: var(--faint); font-size: 12px; line-height: 18px; }
.clauses a { color: inherit; text-decoration: none; } .clauses a:hover { text-decoration: underline; }
.clauses .kind { font-family: system-ui, sans-serif; margin-right: 8px; }
.promise .clauses .kind, .shown { color: var(--good); } .red { color: var(--bad); } .not-run { color: var(--faint); }
.key { display: flex; flex-wrap: wrap; gap: 4px 24px; margin: 16px 0 0; font-size: 14px; line-height: 20px; color: var(--faint); }
.key span::before { content: ""; display: inline-block; width: 2px; height: 14px; margin-right: 8px; vertical-align: -2px; background: var(--line); }
.key .proven::before { background: var(--good); }
.banner { margin: 24px 0 0; padding: 12px 16px; background: var(--card); border-left: 3px solid var(--accent); border-radius: 2px; }
.banner.alarm { border-color: var(--bad); }
table { width: 100%; border-collapse: collapse; font-size: 14px; line-height: 20px; }
caption { text-align: left; color: var(--faint); font-size: 14px; padding: 0 0 8px; }
th { text-align: left; font-weight: 400; color: var(--faint); padding: 4px 0; border-bottom: 1px solid var(--ink); vertical-align: bottom; }
td { vertical-align: top; padding: 8px 0; border-bottom: 1px dashed var(--line); overflow-wrap: anywhere; }
th + th, td + td { padding-left: 16px; }
td code { font-size: 12px; }
tbody th { font-weight: 600; color: var(--ink); border-bottom: 1px dashed var(--line); padding-top: 16px; }
.state { white-space: nowrap; } .state b { font-weight: 600; }
.checks { margin: 0; padding: 0; list-style: none; } .checks li { padding: 0 0 4px; } .checks .faint { font-size: 13px; }
summary { cursor: pointer; color: var(--faint); font-size: 13px; } details[open] summary { padding-bottom: 4px; }
tr:target td { background: var(--card); }
.risk { margin: 0 0 16px; max-width: 68ch; } .risk b { font-weight: 600; } .risk code { white-space: nowrap; } .risk .figure { display: block; color: var(--faint); font-size: 14px; line-height: 20px; }
.diff { margin: 0 0 12px; padding-left: 16px; border-left: 2px solid var(--line); max-width: 68ch; }
.diff del { color: var(--faint); text-decoration-thickness: 1px; } .diff ins { text-decoration: none; border-bottom: 1px solid var(--good); }
.diff .kind { font-weight: 600; } .diff.heavy { border-color: var(--accent); }
form.ask, #act { margin: 24px 0 0; max-width: 60ch; } label { display: block; margin: 0 0 16px; font-weight: 600; }
label.choice { font-weight: 400; margin: 0 0 8px; } fieldset { border: 0; padding: 0; margin: 0 0 16px; } legend { font-weight: 600; padding: 0 0 8px; }
input[type="email"] { display: block; width: 100%; max-width: 420px; margin-top: 4px; padding: 10px 12px; font: inherit; color: inherit; background: var(--card);
  border: 1px solid var(--faint); border-radius: 4px; }
input:focus-visible, button:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; } input[type="radio"], input[type="checkbox"] { accent-color: var(--accent); }
button { padding: 10px 16px; font: 600 16px/24px system-ui, sans-serif; color: #1c1a17; background: #ffb000; border: 0; border-radius: 4px; cursor: pointer; }
button.grave { color: var(--paper); background: var(--bad); } button:disabled { opacity: .5; cursor: default; }
footer { margin-top: 48px; padding-top: 12px; border-top: 1px solid var(--line); font-size: 14px; line-height: 20px; color: var(--faint); }
@media screen and (max-width: 720px) {
  main { padding: 24px 16px 48px; }
  h1 { font-size: 28px; line-height: 36px; margin-top: 24px; }
  .contents { columns: 1; }
  .roll div { gap: 16px; }
  table.stack thead { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }
  table.stack tr { display: block; padding: 12px 0; border-bottom: 1px dashed var(--line); }
  table.stack tbody th { display: block; padding: 8px 0 0; border: 0; }
  table.stack td { display: block; position: relative; padding: 2px 0 2px 112px; border: 0; }
  table.stack td::before { content: attr(data-head); position: absolute; left: 0; color: var(--faint); font: 14px/20px system-ui, sans-serif; }
  table.stack td:empty { display: none; }
}
@page { margin: 16mm 14mm 18mm; @bottom-right { content: counter(page) " / " counter(pages); font: 9pt monospace; color: #555; } }
@media print {
  :root { color-scheme: light; --paper: #fff; --card: #fff; --ink: #000; --faint: #444; --line: #bbb; --accent: #000; --good: #000; --bad: #000; }
  body { font-size: 10pt; line-height: 14pt; } main, main.wide { max-width: none; padding: 0; } nav, .contents { display: none; }
  h1 { font-size: 20pt; line-height: 26pt; margin-top: 12pt; } h2 { font-size: 12pt; line-height: 16pt; margin-top: 20pt; break-after: avoid; }
  .sentence, .risk, .diff { max-width: none; break-inside: avoid; margin-bottom: 8pt; } table { font-size: 8pt; line-height: 11pt; }
  th { font-size: 8pt; } td { padding: 3pt 0; } td + td, th + th { padding-left: 8pt; } .clauses, code, time, .mono, td code { font-size: 7.5pt; line-height: 11pt; }
  thead { display: table-header-group; } tr { break-inside: avoid; } a { color: inherit; text-decoration: none; }
  footer { font-size: 8pt; line-height: 11pt; }
}
`
