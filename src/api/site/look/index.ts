/** How the public site looks: one style sheet, put into every page; names no picture, no font and no address. */
import { createHash } from 'node:crypto'
import { AMBER, accentOf } from '../accent.ts'
import { FRAME } from './frame.ts'
import { MANUAL } from './manual.ts'
import { PAGES } from './pages.ts'
import { PRIVACY } from './privacy.ts'
import { RECEIPT } from './receipt.ts'
import { tokens } from './tokens.ts'

/** A style sheet and how a content security policy names it. Source: w3.org/TR/CSP3 §2.3.1 (2026-11-26). */
export type Look = { readonly style: string; readonly source: string }

/** The style sheet in an accent; undefined: amber. */
export function lookOf(accent: string | undefined): Look {
  const style = [tokens(accentOf(accent ?? AMBER)), FRAME, RECEIPT, PAGES, MANUAL, PRIVACY].join('').replaceAll(/\n\s*/g, '\n')
  return { style, source: sourceOf(style) }
}

/** How a policy names a style or script that stands in the page. */
export const sourceOf = (text: string): string => `'sha256-${createHash('sha256').update(text).digest('base64')}'`
