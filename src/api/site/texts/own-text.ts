import { html } from 'hono/html'
import type { SiteText } from '../../../catalog/index.ts'
import type { Piece } from '../piece.ts'
import type { View } from '../view.ts'
import { markdown } from './markdown.ts'

/** The operator's own text in the reader's language, or in English with a word on that; undefined where there is none. */
export function ownText({ language, words }: View, text: SiteText | undefined): Piece | undefined {
  if (text === undefined) return undefined
  const own = text[language]
  if (own !== undefined) return html`<div class="prose">${markdown(withoutTitle(own))}</div>`
  return html`<p class="banner">${words.texts.inEnglish}</p><div class="prose" lang="en">${markdown(withoutTitle(text.en))}</div>`
}

/** The page has a title already. */
const withoutTitle = (text: string): string => text.replace(/^\uFEFF?\s*# [^\n]*\n/, '')
