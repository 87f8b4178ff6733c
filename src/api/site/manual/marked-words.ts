import { html } from 'hono/html'
import type { Piece } from '../piece.ts'

/** A text in which the words that were looked for, of letters, digits and underscores, stand out. */
export function markedWords(text: string, words: readonly string[]): Piece {
  const wanted = words.toSorted((a, b) => b.length - a.length)
  if (wanted.length === 0) return html`${text}`
  const parts = text.split(new RegExp(`(?<![\\p{L}\\p{N}])((?:${wanted.join('|')})[\\p{L}\\p{N}]*)`, 'giu'))
  return html`${parts.map((part, index) => (index % 2 === 1 ? html`<mark>${part}</mark>` : part))}`
}
