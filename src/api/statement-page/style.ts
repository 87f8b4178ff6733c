/** The page's one style sheet: paper and ink on screens, light and dark; on A4 and Letter black on white with the head of a table on each sheet. */
export const STYLE = `
:root { color-scheme: light dark; --paper: #faf7f0; --ink: #1c1a17; --faint: #6b655b; --line: #d9d2c3; --accent: #8a5300; --good: #2f6b3a; }
@media screen and (prefers-color-scheme: dark) {
  :root { --paper: #161513; --ink: #ece7dc; --faint: #a39c8e; --line: #37332c; --accent: #f0a830; --good: #7fbf8a; }
}
* { box-sizing: border-box; }
body { margin: 0; background: var(--paper); color: var(--ink); font: 16px/24px system-ui, "Noto Sans SC", "PingFang SC", sans-serif; }
main { max-width: 840px; margin: 0 auto; padding: 48px 24px 64px; }
header { display: flex; flex-wrap: wrap; justify-content: space-between; align-items: baseline; gap: 4px 24px; }
.mark { font-weight: 600; } .mark span { color: var(--faint); font-weight: 400; }
h1 { font-size: 28px; line-height: 36px; margin: 24px 0 4px; }
h2 { font-size: 16px; line-height: 24px; margin: 40px 0 8px; }
p { margin: 0 0 8px; }
.faint, .id, .reason { color: var(--faint); }
.state { margin: 12px 0 24px; padding-left: 12px; border-left: 3px solid var(--good); }
.state.open { border-color: var(--accent); }
.mono, .money, .count, .id, time { font-family: ui-monospace, "SF Mono", Menlo, Consolas, "DejaVu Sans Mono", monospace; font-size: 14px;
  font-variant-numeric: tabular-nums; }
.money { white-space: pre; } .count, time { white-space: nowrap; }
.id { font-size: 12px; line-height: 20px; overflow-wrap: anywhere; }
.roll { margin: 0; border-top: 1px solid var(--ink); border-bottom: 1px solid var(--ink); }
.roll div { display: flex; justify-content: space-between; align-items: baseline; gap: 24px; padding: 8px 0;
  border-bottom: 1px dashed var(--line); }
.roll div:last-child { border: 0; border-top: 1px solid var(--ink); margin-top: -1px; font-weight: 600; }
.roll dd { margin: 0; } .roll dt .count { color: var(--faint); font-weight: 400; }
table { width: 100%; border-collapse: collapse; }
th { text-align: left; font-size: 14px; font-weight: 400; color: var(--faint); padding: 4px 0; border-bottom: 1px solid var(--ink); }
td { vertical-align: top; padding: 8px 0; border-bottom: 1px dashed var(--line); }
th + th, td + td { padding-left: 24px; }
th.figure, td.figure { text-align: right; }
tfoot td { border-bottom: 0; border-top: 1px solid var(--ink); font-weight: 600; }
.what { overflow-wrap: anywhere; } .what .reason, .what .id { display: block; }
.pending { color: var(--accent); white-space: nowrap; }
.amount { width: 1%; } .left { width: 1%; color: var(--faint); } .when { width: 1%; }
footer { margin-top: 40px; padding-top: 12px; border-top: 1px solid var(--line); font-size: 14px; line-height: 20px; color: var(--faint); }
@media screen and (max-width: 640px) {
  main { padding: 24px 16px 48px; }
  h1 { margin-top: 16px; }
  .lines thead, .models thead { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }
  .lines tr { display: grid; grid-template-columns: minmax(0, 1fr) auto; gap: 0 16px; padding: 8px 0; border-bottom: 1px dashed var(--line); }
  .lines td { padding: 0; border: 0; width: auto; }
  .lines .when { grid-area: 1 / 1; } .lines .amount { grid-area: 1 / 2; } .lines .what { grid-area: 2 / 1 / 3 / 3; }
  .lines .what::before { content: ""; float: right; width: 18ch; height: 24px; }
  .lines .left { grid-area: 2 / 2; }
  .models tr { display: grid; grid-template-columns: minmax(64px, 1fr) minmax(104px, 1fr) minmax(124px, auto); gap: 0 16px; padding: 8px 0;
    border-bottom: 1px dashed var(--line); }
  .models td { padding: 0; border: 0; }
  .models td:first-child { grid-column: 1 / 3; grid-row: 1; overflow-wrap: anywhere; } .models td:last-child { grid-column: 3; grid-row: 1; }
  .models td[data-head]::before { content: attr(data-head) " "; display: block; color: var(--faint); font-family: system-ui, sans-serif; font-size: 12px; line-height: 16px; }
  .models td[data-head] { text-align: left; grid-row: 2; }
  .models tfoot tr { border-bottom: 0; border-top: 1px solid var(--ink); margin-top: -1px; }
}
@page { margin: 16mm 14mm 18mm; @bottom-right { content: counter(page) " / " counter(pages); font: 9pt monospace; color: #555; } }
@media print {
  :root { color-scheme: light; --paper: #fff; --ink: #000; --faint: #444; --line: #bbb; --accent: #000; --good: #000; }
  body { font-size: 10pt; line-height: 14pt; } main { max-width: none; padding: 0; }
  h1 { font-size: 20pt; line-height: 26pt; margin-top: 12pt; } h2 { font-size: 11pt; margin-top: 20pt; break-after: avoid; }
  .mono, .money, .count, time { font-size: 9pt; } .id { font-size: 7.5pt; line-height: 11pt; } th { font-size: 9pt; }
  td { padding: 3pt 0; } .id { line-height: 9pt; } .reason { line-height: 12pt; } .roll div { padding: 4pt 0; }
  footer { margin-top: 14pt; padding-top: 6pt; font-size: 8pt; line-height: 11pt; } .pending { font-style: italic; }
  thead { display: table-header-group; } tfoot { display: table-row-group; } tr, .roll { break-inside: avoid; }
}
`
