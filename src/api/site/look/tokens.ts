import type { Accent } from '../accent.ts'

/** Colours and faces, in one place: paper and ink, light and dark, black on white in print. */
export const tokens = ({ onLight, onDark, button, onButton }: Accent): string => `
:root { color-scheme: light dark; --paper: #f6f1e7; --sheet: #fffdf8; --card: #ece4d3; --ink: #1c1a17; --faint: #5f594f; --line: #d3c9b6;
  --accent: ${onLight}; --signal: ${button}; --on-signal: ${onButton}; --good: #24602f; --bar: #4d8b5a; --bad: #a4262c; --warn: #8a5300;
  --text: system-ui, -apple-system, "Segoe UI", "Noto Sans", "Noto Sans SC", "Noto Sans CJK SC", "PingFang SC", "Microsoft YaHei", sans-serif;
  --mono: ui-monospace, "SF Mono", "Cascadia Mono", Menlo, Consolas, "Noto Sans Mono", "DejaVu Sans Mono", "Noto Sans SC", "Noto Sans CJK SC", monospace; }
@media screen and (prefers-color-scheme: dark) {
  :root { --paper: #141311; --sheet: #1e1c19; --card: #262320; --ink: #ece7dc; --faint: #aaa395; --line: #3d3932;
    --accent: ${onDark}; --good: #86c791; --bar: #5f9e6b; --bad: #f2928b; --warn: #f0b458; }
}
@media print {
  :root { color-scheme: light; --paper: #fff; --sheet: #fff; --card: #fff; --ink: #000; --faint: #444; --line: #bbb; --accent: #000; --good: #000; --bar: #888;
    --bad: #000; --warn: #000; }
}
`
