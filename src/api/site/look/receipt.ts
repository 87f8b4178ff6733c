/** Till rolls and ticket stubs: torn edges, notches, leaders of dots, aligned figures, a code of bars. */
export const RECEIPT = `
.roll { margin: 24px 0 0; border-top: 1px solid var(--ink); border-bottom: 1px solid var(--ink); }
.roll div { display: flex; justify-content: space-between; align-items: baseline; gap: 24px; padding: 8px 0; border-bottom: 1px dashed var(--line); }
.roll div:last-child { border: 0; }
.roll dt { color: var(--faint); } .roll dd { margin: 0; text-align: right; overflow-wrap: anywhere; min-width: 0; }
@media screen and (max-width: 720px) { .roll.paths div { display: block; } .roll.paths dd { text-align: left; } }
.torn { filter: drop-shadow(0 0 .6px var(--faint)) drop-shadow(0 1px 0 var(--line)); }
.receipt { margin: 0; padding: 32px 28px 36px; background: var(--sheet); font: 13px/20px var(--mono); font-variant-numeric: tabular-nums;
  mask: conic-gradient(from 135deg at top, #0000, #000 1deg 89deg, #0000 90deg) top / 14px 51% repeat-x,
    conic-gradient(from -45deg at bottom, #0000, #000 1deg 89deg, #0000 90deg) bottom / 14px 51% repeat-x; }
.receipt .title { display: flex; justify-content: space-between; gap: 16px; font-weight: 700; }
.receipt .title span { font-weight: 400; color: var(--faint); }
.receipt dl { margin: 12px 0; padding: 10px 0; border-top: 1px dashed var(--faint); border-bottom: 1px dashed var(--faint); }
.receipt dl div, .leader { display: flex; align-items: baseline; gap: 8px; }
.receipt dl div::after, .leader::after { content: ""; order: 1; flex: 1; min-width: 12px; border-bottom: 2px dotted var(--line); transform: translateY(-3px); }
.receipt dt, .leader > :first-child { order: 0; } .receipt dd, .leader > :last-child { order: 2; margin: 0; text-align: right; white-space: nowrap; }
.receipt dt small { display: block; font-size: 12px; line-height: 16px; color: var(--faint); }
.receipt .sum { font-weight: 700; font-size: 15px; line-height: 24px; }
.receipt p { margin: 0; color: var(--faint); } .receipt .named { margin: 12px 0 -4px; color: var(--ink); font-weight: 700; }
.bars { height: 36px; margin: 16px 0 6px; color: var(--ink); background: repeating-linear-gradient(90deg, currentColor 0 2px, #0000 2px 3px, currentColor 3px 4px, #0000 4px 8px,
  currentColor 8px 11px, #0000 11px 13px, currentColor 13px 14px, #0000 14px 19px); }
.stubs { display: grid; grid-template-columns: repeat(3, minmax(0, 1fr)); gap: 20px; margin: 0; padding: 0; list-style: none; }
.stub { filter: drop-shadow(0 0 .6px var(--faint)) drop-shadow(0 1px 0 var(--line)); }
.stub > div { display: grid; height: 100%; align-content: start; padding: 20px 24px 16px; background: var(--sheet);
  mask: radial-gradient(circle 7px at 0 calc(100% - 57px), #0000 97%, #000) left / 51% 100% no-repeat,
    radial-gradient(circle 7px at 100% calc(100% - 57px), #0000 97%, #000) right / 51% 100% no-repeat; grid-template-rows: auto auto 1fr auto; }
.stub h3 { margin: 0 0 4px; } .stub p { margin: 0 0 12px; font-size: 14px; line-height: 20px; color: var(--faint); }
.stub code { font-size: 13px; } .stub .tear { align-self: end; margin: 20px -8px 0; padding: 16px 8px 0; border-top: 2px dashed var(--line); min-height: 41px; font-size: 14px;
  line-height: 20px; }
@media screen and (max-width: 860px) { .stubs { grid-template-columns: 1fr; gap: 12px; } }
@media screen and (max-width: 420px) { .receipt { padding-left: 20px; padding-right: 20px; } }
`
