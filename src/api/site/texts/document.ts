import { lexer, type Token, type Tokens } from 'marked'

/** A part of a text: its heading, what stands below it up to the next one, and the same without marks, for search. */
export type Part = {
  /** The anchor of the heading as forges make it; the first part of a text may have none. */
  readonly id: string
  readonly title: string
  readonly depth: number
  readonly heading: readonly Token[]
  readonly blocks: readonly Token[]
  readonly text: string
}

/** A text in Markdown, taken apart at its headings; `title` is its first heading of the first level, which is no part. */
export type TextDocument = { readonly title: string; readonly parts: readonly Part[] }

/** Reads a text; comments in it are for whoever writes it and are left out. Source: github.github.com/gfm (2026-11-27). */
export function documentOf(text: string): TextDocument {
  const blocks = lexer(text.replaceAll(/<!--[\s\S]*?-->/g, ''), { gfm: true })
  const title = blocks.find((block): block is Tokens.Heading => block.type === 'heading' && block['depth'] === 1)
  const taken = new Map<string, number>()
  const parts: Part[] = []
  let part = { heading: [] as readonly Token[], depth: 1, blocks: [] as Token[] }
  const close = (): void => {
    const words = plainText(part.heading)
    if (part.blocks.length > 0 || words !== '')
      parts.push({ ...part, id: anchorOf(words, taken), title: words, text: plainText(part.blocks) })
  }
  for (const block of blocks) {
    if (block === title || block.type === 'space') continue
    if (block.type !== 'heading') part.blocks.push(block)
    else {
      close()
      part = { heading: block.tokens ?? [], depth: (block as Tokens.Heading).depth, blocks: [] }
    }
  }
  close()
  return { title: plainText(title?.tokens ?? []), parts }
}

/**
 * The anchor of a heading as GitHub and Forgejo make it: small letters, no punctuation, a dash for each space; the second of the same gets "-1".
 * Source: docs.github.com/en/get-started/writing-on-github, "Section links" (2026-11-27).
 */
function anchorOf(words: string, taken: Map<string, number>): string {
  const anchor = words
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}\s_-]/gu, '')
    .replaceAll(/\s/g, '-')
  const count = taken.get(anchor) ?? 0
  taken.set(anchor, count + 1)
  return count === 0 ? anchor : `${anchor}-${count}`
}

/** The words of blocks, without marks, addresses and the heads of tables, with single spaces. */
export const plainText = (tokens: readonly Token[]): string => tokens.map(wordsOf).join('').replaceAll(/\s+/g, ' ').trim()

function wordsOf(token: Token): string {
  if (token.type === 'table') {
    const { rows } = token as Tokens.Table
    return rows.map((row) => `${joined(row.map(({ tokens }) => plainText(tokens)))} `).join('')
  }
  if (token.type === 'list') return (token as Tokens.List).items.map(({ tokens }) => `${plainText(tokens)} `).join('')
  if ('tokens' in token && token.tokens !== undefined) return `${token.tokens.map(wordsOf).join('')}${BREAKS.has(token.type) ? ' ' : ''}`
  return 'text' in token && typeof token.text === 'string' ? `${token.text}${BREAKS.has(token.type) ? ' ' : ''}` : ' '
}

const joined = (cells: readonly string[]): string => cells.filter((cell) => cell !== '').join(' · ')

const BREAKS: ReadonlySet<string> = new Set(['paragraph', 'code', 'blockquote', 'br'])
