import { html } from 'hono/html'
import type { Piece } from '../piece.ts'

const WORD = /([\p{L}\p{N}_]+)/u

/** A text in which words stand out that begin with what was looked for, which is in small letters. */
export function markedWords(text: string, words: readonly string[]): Piece {
  if (words.length === 0) return html`${text}`
  const isWanted = (word: string): boolean => {
    const small = word.normalize('NFKC').toLowerCase()
    return words.some((wanted) => small.startsWith(wanted))
  }
  return html`${text.split(WORD).map((part, index) => (index % 2 === 1 && isWanted(part) ? html`<mark>${part}</mark>` : part))}`
}
