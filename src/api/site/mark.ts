import { html, raw } from 'hono/html'
import type { Piece } from './piece.ts'

/** A ticket with a coin's slot, in a square of 32. */
const SHAPE =
  'M3 8.5A1.5 1.5 0 0 1 4.5 7h23A1.5 1.5 0 0 1 29 8.5V12a4 4 0 0 0 0 8v3.5a1.5 1.5 0 0 1-1.5 1.5h-23A1.5 1.5 0 0 1 3 23.5V20a4 4 0 0 0 0-8z'

/** The mark of a service that has no logo, as a part of a page. */
export const mark = (): Piece =>
  html`<svg width="32" height="32" viewBox="0 0 32 32" aria-hidden="true">${raw(`<path d="${SHAPE}" fill="var(--signal)"/>`)}<path d="M11 16h10" stroke="var(--on-signal)" stroke-width="3" stroke-linecap="round"/></svg>`

/** The same as a file, in the colours of the accent. Source: w3.org/TR/SVG2 (2026-11-26). */
export const markFile = ({ button, onButton }: { readonly button: string; readonly onButton: string }): string =>
  `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32"><path d="${SHAPE}" fill="${button}"/><path d="M11 16h10" stroke="${onButton}" stroke-width="3" stroke-linecap="round"/></svg>`
