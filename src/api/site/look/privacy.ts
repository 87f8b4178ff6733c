/** What the pages of the privacy policy have besides. */
export const PRIVACY = `
.clauses { font-family: var(--mono); font-variant-numeric: tabular-nums; }
.contents { margin: 24px 0 0; padding: 0; list-style: none; columns: 2; column-gap: 32px; } .contents li { padding: 2px 0; break-inside: avoid; }
.sentence { margin: 0 0 16px; padding-left: 16px; border-left: 2px solid var(--line); max-width: 68ch; } .sentence.promise { border-color: var(--good); }
.clauses { display: block; margin-top: 2px; color: var(--faint); font-size: 12px; line-height: 18px; }
.clauses a { color: inherit; text-decoration: none; } .clauses a:hover { text-decoration: underline; } .clauses .kind { font-family: var(--text); margin-right: 8px; }
.promise .clauses .kind { color: var(--good); }
.key { display: flex; flex-wrap: wrap; gap: 4px 24px; margin: 16px 0 0; font-size: 14px; line-height: 20px; color: var(--faint); }
.key span::before { content: ""; display: inline-block; width: 2px; height: 14px; margin-right: 8px; vertical-align: -2px; background: var(--line); } .key .proven::before { background: var(--good); }
.banner.alarm { border-color: var(--bad); } td code { font-size: 13px; } td.state { display: table-cell; white-space: nowrap; } .state b { font-weight: 600; }
.checks { margin: 0; padding: 0; list-style: none; } .checks li { padding: 0 0 4px; } .checks .faint { font-size: 13px; }
.risk { margin: 0 0 16px; max-width: 68ch; } .risk b { font-weight: 600; } .risk code { white-space: nowrap; } .risk .figure { display: block; color: var(--faint); font: 14px/20px var(--text); }
.diff { margin: 0 0 12px; padding-left: 16px; border-left: 2px solid var(--line); max-width: 68ch; } .diff del { color: var(--faint); text-decoration-thickness: 1px; }
.diff ins { text-decoration: none; border-bottom: 1px solid var(--good); } .diff .kind { font-weight: 600; } .diff.heavy { border-color: var(--accent); }
form.ask, #act { margin: 24px 0 0; max-width: 60ch; } .ask label, #act label { display: block; margin: 0 0 16px; font-weight: 600; } label.choice, .ask label.choice { font-weight: 400; margin: 0 0 8px; }
fieldset { border: 0; padding: 0; margin: 0 0 16px; } legend { font-weight: 600; padding: 0 0 8px; }
input[type="email"] { display: block; width: 100%; max-width: 420px; margin-top: 4px; padding: 10px 12px; font: inherit; color: inherit; background: var(--sheet); border: 1px solid var(--faint); border-radius: 4px; }
input[type="radio"], input[type="checkbox"] { accent-color: var(--accent); }
.ask button, #act button { padding: 10px 16px; font: 600 16px/24px var(--text); color: var(--on-signal); background: var(--signal); border: 0; border-radius: 4px; cursor: pointer; }
#act button.grave { color: var(--paper); background: var(--bad); } button:disabled { opacity: .5; cursor: default; }
main > footer { margin-top: 48px; padding-top: 12px; border-top: 1px solid var(--line); font-size: 14px; line-height: 20px; color: var(--faint); }
@media screen and (max-width: 720px) { .contents { columns: 1; } table.stack td.state { display: flex; } }
@media print { .contents { display: none; } .sentence, .risk, .diff { max-width: none; break-inside: avoid; margin-bottom: 8pt; } table { font-size: 8pt; line-height: 11pt; } td { padding: 3pt 0; }
  .clauses, code, time, .mono, td code { font-size: 7.5pt; line-height: 11pt; } }
`
